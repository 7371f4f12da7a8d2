using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Latchkey.Durability;

/// <summary>One connection to a gateway, for one call at a time; it costs little beside what it measures.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _answer = new byte[32 * 1024];

    public Connection(Uri gateway) => _socket.Connect(new IPEndPoint(IPAddress.Loopback, gateway.Port));

    /// <summary>Calls and reads the answer to its end.</summary>
    /// <param name="request">All of its bytes.</param>
    /// <param name="stream">What the answer must be.</param>
    /// <param name="due">When it should have been sent.</param>
    /// <exception cref="InvalidDataException">The answer isn't what the upstream has sent.</exception>
    public async Task<CallTimes> CallAsync(ReadOnlyMemory<byte> request, bool stream, long due)
    {
        await _socket.SendAsync(request);
        long first = 0;
        for (var filled = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_answer.AsMemory(filled));
            var now = Stopwatch.GetTimestamp();
            first = first == 0 ? now : first;
            filled += read;
            if (read == 0)
            {
                throw new InvalidDataException("The answer broke off: " + Encoding.UTF8.GetString(_answer, 0, filled));
            }

            if (BodyLength(_answer.AsSpan(0, filled)) is { } length)
            {
                var answer = _answer.AsSpan(0, filled);
                if (!answer.StartsWith("HTTP/1.1 200 "u8) || length != UpstreamProcess.LengthOf(stream))
                {
                    throw new InvalidDataException("Not the upstream's answer: " + Encoding.UTF8.GetString(answer));
                }

                // A stream's events tell when they were sent: what the upstream's own timer does isn't the gateway's doing.
                return stream
                    ? new CallTimes(Stopwatch.GetElapsedTime(SentAt(answer, answer.IndexOf("\"sent\":"u8)), first), Stopwatch.GetElapsedTime(SentAt(answer, answer.LastIndexOf("\"sent\":"u8)), now))
                    : new CallTimes(Stopwatch.GetElapsedTime(due, first), Stopwatch.GetElapsedTime(due, now));
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static long SentAt(ReadOnlySpan<byte> answer, int at) =>
        long.Parse(answer.Slice(at + UpstreamProcess.SentName.Length, UpstreamProcess.SentDigits), CultureInfo.InvariantCulture) - UpstreamProcess.SentFrom;

    /// <summary>Null until the answer is all there.</summary>
    private static int? BodyLength(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        var body = answer[(head + 4)..];
        var name = "\r\nContent-Length: "u8;
        var at = answer[..head].IndexOf(name);
        if (at >= 0)
        {
            var value = answer[(at + name.Length)..];
            var length = int.Parse(value[..value.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
            return body.Length >= length ? length : null;
        }

        // Chunks (RFC 9112, 7.1): the gateway writes neither extensions nor trailers.
        for (var length = 0; ;)
        {
            var line = body.IndexOf("\r\n"u8);
            if (line < 0)
            {
                return null;
            }

            var size = int.Parse(body[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var end = line + 2 + size + 2;
            if (body.Length < end)
            {
                return null;
            }

            if (size == 0)
            {
                return length;
            }

            length += size;
            body = body[end..];
        }
    }
}

/// <summary>How long the answer's first and last bytes took: a JSON answer's since it was due, a stream's since the upstream has sent them.</summary>
internal readonly record struct CallTimes(TimeSpan First, TimeSpan Last);

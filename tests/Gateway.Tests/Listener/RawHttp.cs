using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Latchkey.Gateway.Tests.Listener;

/// <summary>Sends bytes that no HTTP client would send, and reads one answer.</summary>
internal static class RawHttp
{
    /// <summary>Sends the text as Latin-1 and reads the answer to it; a status of 0 is a connection closed without one.</summary>
    public static async Task<RawAnswer> SendAsync(Uri address, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, patience.Token);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);

        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            if (Parse(text.ToString()) is { } answer)
            {
                return answer;
            }

            int read;
            try
            {
                read = await stream.ReadAsync(buffer, patience.Token);
            }
            catch (IOException)
            {
                read = 0;
            }

            if (read == 0)
            {
                return new RawAnswer(0, "", text.ToString());
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static RawAnswer? Parse(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        var head = text[..end];
        var body = text[(end + 4)..];
        var length = head.Split("\r\n").FirstOrDefault(l => l.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase));
        var complete = length is not null
            ? body.Length >= int.Parse(length["content-length:".Length..], CultureInfo.InvariantCulture)
            : !head.Contains("chunked", StringComparison.OrdinalIgnoreCase) || body.EndsWith("0\r\n\r\n", StringComparison.Ordinal);
        return complete ? new RawAnswer(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, body) : null;
    }
}

/// <summary>An answer as it came.</summary>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    public bool Closes => Status == 0 || Head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase);
}

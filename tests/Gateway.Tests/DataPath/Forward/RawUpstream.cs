using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

/// <summary>An upstream that writes exactly these bytes, whatever it is asked, and closes, unless it holds the connection open: what no HTTP server would send.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;
    private readonly byte[] _answer;
    private readonly bool _readsBody;

    private readonly bool _holdsOpen;

    public RawUpstream(byte[] answer, bool readsBody = true, bool holdsOpen = false)
    {
        _holdsOpen = holdsOpen;
        _answer = answer;
        _readsBody = readsBody;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public static RawUpstream Of(string head, string body = "") =>
        new(Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n" + body));

    public async ValueTask DisposeAsync()
    {
        // The listener last: between two connections the loop would find it stopped and fail.
        await _end.CancelAsync();
        await _serving;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
            var length = 0;
            while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
            {
                if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                {
                    length = int.Parse(line.AsSpan(15), null);
                }
            }

            if (_readsBody)
            {
                await reader.ReadBlockAsync(new char[length], _end.Token);
            }

            await stream.WriteAsync(_answer, _end.Token);
            if (!_holdsOpen)
            {
                stream.Socket.Shutdown(SocketShutdown.Send);
            }

            // Until the gateway closes too: closing first would reset the connection under what it hasn't read yet.
            while (_readsBody && await reader.ReadAsync(new char[1000], _end.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // The gateway has had enough.
        }
    }
}

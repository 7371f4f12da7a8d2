using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>Makes the calls of <see cref="MeterMix"/>: those that stay by an HTTP client, those that leave on a connection of their own.</summary>
internal sealed class MeterClient(TestGateway gateway, string token)
{
    private const string IdHeader = "x-claude-code-session-id";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public Task RunAsync(MeterCall call) => call.LeavesAfter is { } bytes ? LeaveAsync(call, bytes) : StayAsync(call);

    /// <summary>The client's name for a call, as the Simulator received it.</summary>
    public static string IdOf(Simulator.Bookkeeping.Received received) => received.HeaderValues(IdHeader).Single();

    private async Task StayAsync(MeterCall call)
    {
        using var request = TestGateway.Call(token, call.Path, call.Json);
        request.Headers.Add(IdHeader, call.Id);
        await gateway.SendAsync(request);
    }

    private async Task LeaveAsync(MeterCall call, int bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        var arrived = call.WaitsForArrival
            ? gateway.Tally.WaitForArrivalAsync(received => IdOf(received) == call.Id, patience.Token)
            : null;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(gateway.Address.Host, gateway.Address.Port, patience.Token);
        await socket.SendAsync(Bytes(call), patience.Token);
        if (arrived is not null)
        {
            await arrived;
        }

        var buffer = new byte[4096];
        while (bytes > 0)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(bytes, buffer.Length)), patience.Token);
            if (read == 0)
            {
                return;
            }

            bytes -= read;
        }

        // Some say goodbye, some vanish with a reset.
        socket.LingerState = new LingerOption(enable: call.Id[^1] % 2 == 0, seconds: 0);
    }

    private byte[] Bytes(MeterCall call)
    {
        var body = Encoding.UTF8.GetBytes(call.Json);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {call.Path} HTTP/1.1\r\nhost: {gateway.Address.Authority}\r\nauthorization: Bearer {token}\r\nanthropic-version: 2023-06-01\r\n{IdHeader}: {call.Id}\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\nconnection: close\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}

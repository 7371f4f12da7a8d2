using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Latchkey.Durability;

/// <summary>Some devices that call one gateway.</summary>
internal sealed class Client : IDisposable
{
    private const int Devices = 20;

    private readonly Uri _gateway;
    private readonly IReadOnlyList<byte[]> _json;
    private readonly IReadOnlyList<byte[]> _streams;
    private readonly ConcurrentBag<Connection> _idle = [];
    private long _answered;

    private Client(Uri gateway, IReadOnlyList<string> tokens)
    {
        _gateway = gateway;
        _json = [.. tokens.Select(t => Request(gateway, t, stream: false))];
        _streams = [.. tokens.Select(t => Request(gateway, t, stream: true))];
    }

    /// <summary>Calls that were answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Sets the budgets and gets the devices' tokens.</summary>
    public static async Task<Client> StartAsync(Uri gateway, IReadOnlyList<string> budgets)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway };
        foreach (var budget in budgets)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/admin/budgets") { Content = new StringContent(budget, Encoding.UTF8, "application/json") };
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GatewayProcess.OperatorKey);
            using var made = await http.SendAsync(message);
            made.EnsureSuccessStatusCode();
        }

        var tokens = new List<string>();
        for (var device = 0; device < Devices; device++)
        {
            using var answer = await http.PostAsJsonAsync("/bootstrap", new { device_id = $"device-{device:D8}" });
            answer.EnsureSuccessStatusCode();
            tokens.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("wrapper_token").GetString()!);
        }

        return new Client(gateway, tokens);
    }

    /// <summary>Puts a load on the gateway and waits for its last answer.</summary>
    /// <returns>The times of all calls, and how long they took together.</returns>
    public async Task<(IReadOnlyList<CallTimes> Calls, TimeSpan Took)> DriveAsync(Load load)
    {
        var started = Stopwatch.GetTimestamp();
        var calls = load.PerSecond > 0
            ? await Task.WhenAll(Scheduled(load, started))
            : (await Task.WhenAll(Enumerable.Range(0, load.Connections).Select(i => CallAgainAsync(load, i, started)))).SelectMany(c => c).ToArray();
        return (calls, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        foreach (var connection in _idle)
        {
            connection.Dispose();
        }
    }

    /// <summary>A call that is late counts from when it was due: what made it late delays everybody who calls.</summary>
    private List<Task<CallTimes>> Scheduled(Load load, long started)
    {
        var count = (int)(load.PerSecond * load.Lasts.TotalSeconds);
        var calls = new List<Task<CallTimes>>(count);
        for (var i = 0; i < count; i++)
        {
            var due = started + (i * Stopwatch.Frequency / load.PerSecond);
            var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                // The runtime's own timers are a millisecond coarse.
                _ = Sleep((uint)wait.TotalMicroseconds);
            }

            calls.Add(CallAsync(load, i, due));
        }

        return calls;
    }

    private async Task<List<CallTimes>> CallAgainAsync(Load load, int connection, long started)
    {
        await Task.Yield();
        var calls = new List<CallTimes>();
        for (var i = connection; Stopwatch.GetElapsedTime(started) < load.Lasts; i++)
        {
            calls.Add(await CallAsync(load, i, Stopwatch.GetTimestamp()));
        }

        return calls;
    }

    private async Task<CallTimes> CallAsync(Load load, int device, long due)
    {
        if (!_idle.TryTake(out var connection))
        {
            connection = new Connection(_gateway);
        }

        var times = await connection.CallAsync((load.Stream ? _streams : _json)[device % Devices], load.Stream, due);
        _idle.Add(connection);
        Interlocked.Increment(ref _answered);
        return times;
    }

    private static byte[] Request(Uri gateway, string token, bool stream)
    {
        var body = $$"""{"model":"claude-opus-5-5","max_tokens":1024,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{new string('q', 900)}}"}]}""";
        return Encoding.ASCII.GetBytes(
            $"POST /v1/messages HTTP/1.1\r\nHost: {gateway.Authority}\r\nAuthorization: Bearer {token}\r\nanthropic-version: 2023-06-01\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    [DllImport("libc", EntryPoint = "usleep")]
    private static extern int Sleep(uint microseconds);
}

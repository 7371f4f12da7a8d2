using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace Latchkey.Durability;

/// <summary>
/// Stands in for Anthropic: answers that are the same each time, but for the instant of their sending by the clock that all
/// processes of this machine share.
/// </summary>
internal static class UpstreamProcess
{
    /// <summary>Stands before the instant.</summary>
    public const string SentName = "\"sent\":";

    /// <summary>Digits of the instant.</summary>
    public const int SentDigits = 19;

    /// <summary>Is added to the instant: a number in JSON has no leading zeros, and all answers are to be of one length.</summary>
    public const long SentFrom = 1_000_000_000_000_000_000;

    private const int Events = 20;
    private const string NotYet = "0000000000000000000";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly byte[] Json = Encoding.UTF8.GetBytes(
        $$"""{"id":"msg_01","type":"message","role":"assistant","model":"claude-opus-5-5","content":[{"type":"text","text":"{{new string('x', 500)}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":210,"cache_creation_input_tokens":0,"cache_read_input_tokens":1900,"output_tokens":130},"sent":{{NotYet}}}""");

    private static readonly byte[][] Stream = [.. StreamEvents().Select(Encoding.UTF8.GetBytes)];

    /// <summary>Bytes of an answer's body.</summary>
    public static int LengthOf(bool stream) => stream ? Stream.Sum(e => e.Length) : Json.Length;

    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.MapPost("/v1/messages", AnswerAsync);
        await app.StartAsync();
        await Peer.ServeAsync(app.Urls.First(), Console.Out);
        return 0;
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream(2048);
        await http.Request.Body.CopyToAsync(body);
        http.Response.Headers["request-id"] = "req_01";
        if (body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf("\"stream\":true"u8) < 0)
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = Json.Length;
            await http.Response.Body.WriteAsync(Stamped(Json));
            return;
        }

        http.Response.ContentType = "text/event-stream; charset=utf-8";
        using var timer = new PeriodicTimer(Pause);
        foreach (var said in Stream)
        {
            await timer.WaitForNextTickAsync();
            await http.Response.Body.WriteAsync(Stamped(said));
            await http.Response.Body.FlushAsync();
        }
    }

    private static byte[] Stamped(byte[] said)
    {
        var at = said.AsSpan().IndexOf("\"sent\":"u8);
        if (at < 0)
        {
            return said;
        }

        var stamped = said.ToArray();
        (SentFrom + Stopwatch.GetTimestamp()).TryFormat(stamped.AsSpan(at + SentName.Length), out _, default, CultureInfo.InvariantCulture);
        return stamped;
    }

    private static IEnumerable<string> StreamEvents()
    {
        yield return Event("message_start", $$$"""{"type":"message_start","message":{"id":"msg_01","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":210,"cache_creation_input_tokens":0,"cache_read_input_tokens":1900,"output_tokens":1}},"sent":{{{NotYet}}}}""");
        yield return Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""");
        for (var i = 0; i < Events - 5; i++)
        {
            yield return Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a few more words of an answer"}}""");
        }

        yield return Event("content_block_stop", """{"type":"content_block_stop","index":0}""");
        yield return Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":130}}""");
        yield return Event("message_stop", $$"""{"type":"message_stop","sent":{{NotYet}}}""");
    }

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";
}

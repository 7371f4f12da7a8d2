using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>One exchange: what is asked for, and when its client leaves.</summary>
internal sealed record MeterCall
{
    /// <summary>The client's own name of the call, sent as its session: both books have it.</summary>
    public required string Id { get; init; }

    public required string What { get; init; }

    public required string Json { get; init; }

    public string Path { get; init; } = "/v1/messages";

    public bool IsCount => Path.EndsWith("count_tokens", StringComparison.Ordinal);

    /// <summary>Bytes of the answer, its head included, after which the client closes its side; null: it stays.</summary>
    public int? LeavesAfter { get; init; }

    /// <summary>It doesn't leave before the upstream has the call.</summary>
    public bool WaitsForArrival { get; init; }
}

/// <summary>
/// Exchanges of every kind, the same for the same number: a third whose clients leave at any byte, a tenth that the upstream breaks,
/// and the rest ordinary ones and odd ones that come to their end.
/// </summary>
internal static class MeterMix
{
    // Dated and long-context names are the same models at the same prices.
    private static readonly string[] Models =
    [
        "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-fable-5-2", "claude-opus-5", "claude-opus-4-8", "claude-sonnet-4-6",
        "claude-haiku-4-5-20251001", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5[1m]",
    ];

    private const string EveryField = """
        usage={"cache_creation_input_tokens":900,"cache_creation":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":800},"speed":"fast","inference_geo":"us","service_tier":"priority"}
        """;

    private const string Abroad = """
        usage={"input_tokens":1234567,"cache_read_input_tokens":333,"inference_geo":"us"}
        """;

    // (what, streamed, directives)
    private static readonly (string What, bool Stream, string Directives)[] Whole =
    [
        ("plain", false, "output-tokens=40"),
        ("stream", true, "output-tokens=40 events=12"),
        ("wild plain", false, "random={seed}"),
        ("wild stream", true, "random={seed}"),
        ("thinking", true, "content=thinking,text thinking-tokens=120"),
        ("server tools", true, "content=web_search,text"),
        ("server tools plain", false, "content=web_search,citations"),
        ("iterations", true, "content=compaction,text"),
        ("advisor", false, "content=advisor,text"),
        ("fallback", true, "content=fallback,text"),
        ("cached", true, ""),
        ("cached plain", false, ""),
        ("gzip", true, "encoding=gzip chunking=random seed={seed}"),
        ("br plain", false, "encoding=br"),
        ("garbage", true, "garbage"),
        ("delta output", true, "delta-usage=output"),
        ("delta nulls", true, "delta-usage=nulls"),
        ("1h split", true, EveryField),
        ("abroad", false, Abroad),
        ("tool use", true, "content=text,tool_use chunking=byte"),
        ("count", false, ""),
    ];

    public static MeterCall Of(int seed)
    {
        var random = new Random(seed);
        return (seed % 30) switch
        {
            < 10 => Left(seed, random),
            < 13 => Broken(seed, random),
            _ => Ended(seed, random),
        };
    }

    /// <summary>Its client closes its side at a random byte: of nothing, of the head, of the body, or past the end.</summary>
    private static MeterCall Left(int seed, Random random)
    {
        // What the end of a stream adds to its input isn't known before: kinds without that.
        var content = random.Next(4) switch { 0 => "content=thinking,text ", 1 => $"chunking=random seed={seed} ", _ => "" };
        return random.Next(7) switch
        {
            0 => Leaving("at once", random.Next(2) == 0, "", after: 0),
            1 => Leaving("before the head", random.Next(2) == 0, "first-byte-delay=3600000", after: 0) with { WaitsForArrival = true },
            2 => Leaving("in the head", stream: true, $"{content}events=50 stall=1", after: random.Next(1, 300)),
            3 => Leaving("in a stream", stream: true, $"{content}events=800", after: random.Next(1, 100_000)),
            4 => Leaving("in a body", stream: false, $"output-tokens={random.Next(1, 4000)}", after: random.Next(1, 16_000)),
            _ => LeavingStalled("in a stalled stream", content),
        };

        MeterCall Leaving(string what, bool stream, string directives, int after) =>
            Call(seed, random, "left " + what, stream, directives, cached: random.Next(4) == 0) with { LeavesAfter = after };

        // As much as it reads comes before the silence: a head, three events, and a hundred bytes for each further one.
        MeterCall LeavingStalled(string what, string kind)
        {
            var events = random.Next(3, 48);
            return Leaving(what, stream: true, $"{kind}events=50 stall={events}", random.Next(1, 600 + (100 * (events - 3))));
        }
    }

    private static MeterCall Broken(int seed, Random random)
    {
        var at = random.Next(0, 30);
        return random.Next(8) switch
        {
            0 => Call(seed, random, "cut", stream: true, $"events=20 cut={at}"),
            1 => Call(seed, random, "reset", stream: true, $"events=20 reset={at}"),
            2 => Call(seed, random, "reset body", stream: false, $"output-tokens=200 reset={at * 40}"),
            3 => Call(seed, random, "truncated", stream: false, $"output-tokens=200 truncate={at * 40}"),
            4 => Call(seed, random, "error event", stream: true, $"events=20 error=overloaded_error,{at}"),
            5 => Call(seed, random, "reset early", stream: random.Next(2) == 0, "reset-before-headers"),
            6 => Call(seed, random, "stall", stream: true, $"events=50 stall={at}") with { LeavesAfter = random.Next(1, 200) },
            _ => Call(seed, random, "error", stream: random.Next(2) == 0, $"status={Status(random)}"),
        };
    }

    private static MeterCall Ended(int seed, Random random)
    {
        var (what, stream, directives) = Whole[random.Next(Whole.Length)];
        return Call(seed, random, what, stream, directives, cached: what.StartsWith("cached", StringComparison.Ordinal)) with
        {
            Path = what == "count" ? "/v1/messages/count_tokens" : "/v1/messages",
        };
    }

    private static string Status(Random random)
    {
        string[] statuses = ["400", "404", "413", "500", "502html", "503", "529"];
        return statuses[random.Next(statuses.Length)];
    }

    private static MeterCall Call(int seed, Random random, string what, bool stream, string directives, bool cached = false)
    {
        var simulate = directives.Trim().Replace("{seed}", seed.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var text = simulate.Length == 0 ? $"Question {seed}" : $"Question {seed} [simulate: {simulate}]";
        var body = JsonNode.Parse(TestGateway.Message(text, stream, Models[random.Next(Models.Length)], maxTokens: 64_000))!.AsObject();
        if (cached)
        {
            body["system"] = JsonSerializer.SerializeToNode(new object[]
            {
                new
                {
                    type = "text",
                    text = new string('s', 8000) + (seed % 40),
                    cache_control = random.Next(3) == 0 ? new { type = "ephemeral", ttl = "1h" } : (object)new { type = "ephemeral" },
                },
            });
        }

        switch (random.Next(6))
        {
            case 0:
                body["speed"] = "fast";
                break;
            case 1:
                body["inference_geo"] = "us";
                break;
        }

        return new MeterCall { Id = $"meter-{seed}", What = what, Json = body.ToJsonString() };
    }
}

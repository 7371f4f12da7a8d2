using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Tokens;
using Latchkey.TestKit;
using SimulatorEnding = Latchkey.Simulator.Bookkeeping.Ending;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>The ledger against the Simulator's own books, which are kept by other code.</summary>
public class MeterTests(ITestOutputHelper output)
{
    private const int Exchanges = 5000;

    // (what, streamed, directives); an aborted one is left by its client after so many bytes.
    private static readonly Kind[] Kinds =
    [
        new("plain", false, "output-tokens=40"),
        new("stream", true, "output-tokens=40 events=12"),
        new("wild plain", false, "random={seed}"),
        new("wild stream", true, "random={seed}"),
        new("thinking", true, "content=thinking,text thinking-tokens=120"),
        new("server tools", true, "content=web_search,text"),
        new("server tools plain", false, "content=web_search,citations"),
        new("iterations", true, "content=compaction,text"),
        new("advisor", false, "content=advisor,text"),
        new("fallback", true, "content=fallback,text"),
        new("cached", true, "") { Cached = true },
        new("cached plain", false, "") { Cached = true },
        new("gzip", true, "encoding=gzip chunking=random seed={seed}"),
        new("br plain", false, "encoding=br"),
        new("garbage", true, "garbage"),
        new("delta output", true, "delta-usage=output"),
        new("delta nulls", true, "delta-usage=nulls"),
        new("1h split", true, "usage={\"cache_creation_input_tokens\":900,\"cache_creation\":{\"ephemeral_5m_input_tokens\":100,\"ephemeral_1h_input_tokens\":800},\"speed\":\"fast\",\"inference_geo\":\"us\",\"service_tier\":\"priority\"}"),
        new("cut", true, "events=20 cut=6"),
        new("reset", true, "events=20 reset=5"),
        new("error event", true, "events=20 error=overloaded_error,7"),
        new("aborted", true, "events=50 stall=9") { LeaveAfter = 600 },
        new("400", false, "status=400") { Status = 400 },
        new("500", true, "status=500") { Status = 500 },
        new("529", false, "status=529") { Status = 529 },
        new("count", false, "") { Count = true },
    ];

    [Fact]
    public async Task the_ledger_is_the_upstreams_truth_over_five_thousand_mixed_exchanges()
    {
        await using var gateway = await TestGateway.StartAsync([.. SharedWorld.PatientBreakers, ("Logging:LogLevel:Default", "Warning")]);
        var token = await gateway.TokenAsync();
        var admitted = new ConcurrentDictionary<string, Kind>();

        await Parallel.ForAsync(0, Exchanges, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (seed, _) =>
        {
            var kind = Kinds[seed % Kinds.Length];
            admitted[await RunAsync(gateway, token, kind, seed)] = kind;
        });

        admitted.Should().HaveCount(Exchanges);
        var rows = await gateway.LedgerAsync(Exchanges);
        rows.Should().HaveCount(Exchanges, "there is one row an exchange");
        await UntilIdleAsync(gateway.Tally);
        var tally = gateway.Tally.Rows().ToDictionary(r => r.RequestId);
        tally.Should().HaveCount(Exchanges);

        var ledgerSum = new long[9];
        var truthSum = new long[9];
        var differing = new List<string>();
        foreach (var row in rows)
        {
            var kind = admitted[(string)row["request_id"]!];
            if (row["upstream_request_id"] is null)
            {
                // A reset discards what wasn't read yet: on a busy machine even the head.
                (kind.What, row["ending"], row.Number("status")).Should().Be(("reset", "upstream_broke", 502));
                continue;
            }

            var truth = tally[(string)row["upstream_request_id"]!];
            var usage = JsonSerializer.Deserialize((string)row["usage"]!, Latchkey.Claude.UsageJson.Default.Usage)!;
            truth.Status.Should().Be(kind.Status, kind.What);
            if (kind.Count)
            {
                usage.Should().Be(Usage.None, "counting is never billed");
                row["quality"].Should().Be("none");
                continue;
            }

            if (truth.Ending is SimulatorEnding.Complete)
            {
                Compare(kind, usage, truth.Generated, differing);
                Add(ledgerSum, Figures(usage));
                Add(truthSum, truth.Generated is { } figures ? Figures(figures) : new long[9]);
                row["quality"].Should().Be(kind.Status == 200 ? "actual" : "none", kind.What);
                row["ending"].Should().Be("completed", kind.What);
                continue;
            }

            var delivered = truth.Delivered!;
            row["quality"].Should().Be("estimated", kind.What);
            row["ending"].Should().Be(kind.What switch { "aborted" => "client_gone", "error event" => "error_event", _ => "upstream_broke" });
            usage.InputTokens.Should().Be(delivered.InputTokens, kind.What);
            usage.CacheCreationInputTokens.Should().Be(delivered.CacheCreationInputTokens, kind.What);
            usage.CacheReadInputTokens.Should().Be(delivered.CacheReadInputTokens, kind.What);
        }

        differing.Should().BeEmpty();
        ledgerSum.Should().Equal(truthSum);
        output.WriteLine($"{rows.Count} exchanges; sums of the ledger: {string.Join(' ', ledgerSum)}");
    }

    /// <summary>The gateway's id of the exchange.</summary>
    private static async Task<string> RunAsync(TestGateway gateway, string token, Kind kind, int seed)
    {
        using var call = kind.CallOf(token, seed);
        using var leave = new CancellationTokenSource();
        using var head = await gateway.OpenAsync(call, leave.Token);
        if (kind.LeaveAfter is not { } enough)
        {
            var answer = await Delivered.ReadAsync(head);
            if (kind.Directives.Length == 0 || kind.Count)
            {
                answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
            }

            return answer.Id;
        }

        var body = await head.Content.ReadAsStreamAsync(leave.Token);
        await body.ReadExactlyAsync(new byte[enough], leave.Token);
        await leave.CancelAsync();
        return head.Headers.GetValues("x-latchkey-request-id").Single();
    }

    private static async Task UntilIdleAsync(Tally tally)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (tally.InFlight > 0)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static void Compare(Kind kind, Usage usage, UsageFigures? truth, List<string> differing)
    {
        if (truth is null)
        {
            if (usage != Usage.None)
            {
                differing.Add($"{kind.What}: {usage} for nothing");
            }

            return;
        }

        var same = Figures(usage).SequenceEqual(Figures(truth))
            && usage.ServiceTier == truth.ServiceTier && usage.InferenceGeo == truth.InferenceGeo && usage.Speed == truth.Speed
            && usage.Iterations.Select(i => (i.Type, i.Model, i.InputTokens, i.OutputTokens, i.CacheCreationInputTokens, i.CacheReadInputTokens))
                .SequenceEqual(truth.Iterations.Select(i => (i.Type, i.Model, i.InputTokens, i.OutputTokens, i.CacheCreationInputTokens, i.CacheReadInputTokens)))!;
        if (!same)
        {
            differing.Add($"{kind.What}: {usage} for {truth}");
        }
    }

    private static long[] Figures(Usage usage) =>
    [
        usage.InputTokens, usage.OutputTokens, usage.CacheCreationInputTokens, usage.CacheReadInputTokens,
        usage.CacheCreation5mInputTokens, usage.CacheCreation1hInputTokens, usage.ThinkingTokens, usage.WebSearchRequests, usage.WebFetchRequests,
    ];

    private static long[] Figures(UsageFigures truth)
    {
        var hour = Math.Min(truth.Ephemeral1hInputTokens, truth.CacheCreationInputTokens);
        return
        [
            truth.InputTokens, truth.OutputTokens, truth.CacheCreationInputTokens, truth.CacheReadInputTokens,
            truth.CacheCreationInputTokens - hour, hour, truth.ThinkingTokens ?? 0, truth.WebSearchRequests ?? 0, truth.WebFetchRequests ?? 0,
        ];
    }

    private static void Add(long[] sums, long[] more)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += more[i];
        }
    }

    private sealed record Kind(string What, bool Stream, string Directives)
    {
        public bool Cached { get; init; }

        public bool Count { get; init; }

        public int? LeaveAfter { get; init; }

        public int Status { get; init; } = 200;

        public HttpRequestMessage CallOf(string token, int seed)
        {
            var simulate = Directives.Replace("{seed}", seed.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var text = simulate.Length == 0 ? $"Question {seed}" : $"Question {seed} [simulate: {simulate}]";
            if (Count)
            {
                return TestGateway.Call(token, "/v1/messages/count_tokens", JsonSerializer.Serialize(new
                {
                    model = "claude-sonnet-5-5",
                    messages = new[] { new { role = "user", content = text } },
                }));
            }

            return TestGateway.Call(token, "/v1/messages", Cached
                ? JsonSerializer.Serialize(new
                {
                    model = "claude-opus-5-5",
                    max_tokens = 500,
                    stream = Stream,
                    system = new object[]
                    {
                        new
                        {
                            type = "text",
                            text = new string('s', 8000) + (seed % 40),
                            cache_control = seed % 3 == 0 ? new { type = "ephemeral", ttl = "1h" } : (object)new { type = "ephemeral" },
                        },
                    },
                    messages = new[] { new { role = "user", content = text } },
                })
                : TestGateway.Message(text, Stream));
        }
    }
}

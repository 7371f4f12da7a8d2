using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>Makes calls of random kind and size, one after the other, and leaves some of them at a random byte.</summary>
internal sealed class SoakClient(HttpClient http, Uri gateway, IReadOnlyList<string> tokens, SoakFigures figures)
{
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Models = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];

    public async Task RunAsync(string name, int seed, CancellationToken over)
    {
        var random = new Random(seed);
        for (var number = 1; !over.IsCancellationRequested; number++)
        {
            var id = $"soak-{name}-{number}";
            var ended = await MakeAsync(id, random);
            figures.Count(id, ended);
            if (ended is SoakEnd.Refused or SoakEnd.Broken && !over.IsCancellationRequested)
            {
                await Task.Delay(AfterRefusal, CancellationToken.None);
            }
        }
    }

    private async Task<SoakEnd> MakeAsync(string id, Random random)
    {
        var stream = random.Next(3) != 0;
        using var call = TestGateway.Call(tokens[random.Next(tokens.Count)], "/v1/messages", Body(stream, random));
        call.RequestUri = new Uri(gateway, "/v1/messages");
        call.Headers.Add(PaidCall.IdHeader, id);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var leavesAfter = random.Next(4) == 0 ? random.Next(0, 12_000) : int.MaxValue;
        if (random.Next(20) == 0)
        {
            patience.CancelAfter(random.Next(0, 30));
        }

        try
        {
            using var head = await http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            using var body = await head.Content.ReadAsStreamAsync(patience.Token);
            var bytes = new byte[4096];
            var text = new StringBuilder();
            while (text.Length < leavesAfter)
            {
                var read = await body.ReadAsync(bytes.AsMemory(0, Math.Min(bytes.Length, leavesAfter - text.Length)), patience.Token);
                if (read == 0)
                {
                    return EndOf(head.StatusCode, stream, text.ToString());
                }

                text.Append(Encoding.Latin1.GetString(bytes, 0, read));
            }

            return SoakEnd.Left;
        }
        catch (OperationCanceledException)
        {
            return SoakEnd.Left;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return SoakEnd.Broken;
        }
    }

    private SoakEnd EndOf(HttpStatusCode status, bool stream, string text)
    {
        switch ((int)status)
        {
            case 200 when stream && !text.Contains("message_stop", StringComparison.Ordinal):
                return text.Contains("policy_blocked", StringComparison.Ordinal) ? SoakEnd.Cut : SoakEnd.Broken;
            case 200:
                // A plain body may be an upstream's that was cut in the middle.
                return stream || text.EndsWith('}') ? SoakEnd.Whole : SoakEnd.Broken;
            case 429 when text.Contains("billing_error", StringComparison.Ordinal):
                return SoakEnd.Refused;
            case 500 or 502 or 503 or 529:
                return SoakEnd.Broken;
            default:
                figures.Unexpected.Enqueue($"{status}: {text}");
                return SoakEnd.Broken;
        }
    }

    private static string Body(bool stream, Random random)
    {
        // Never more than what is asked for: the Simulator ends an answer at max_tokens.
        var maxTokens = random.Next(1, 1500);
        var body = JsonNode.Parse(TestGateway.Message(
            $"{new string('x', random.Next(0, 4_000))} [simulate: {Directives(stream, random)}]", stream, Models[random.Next(Models.Length)], maxTokens))!.AsObject();
        if (random.Next(4) == 0)
        {
            body["system"] = JsonSerializer.SerializeToNode(new object[]
            {
                new { type = "text", text = new string('s', 6_000) + random.Next(30), cache_control = new { type = "ephemeral", ttl = "1h" } },
            });
        }

        return body.ToJsonString();
    }

    private static string Directives(bool stream, Random random)
    {
        var output = random.Next(1, 2_000);
        var at = random.Next(0, 25);
        var ordinary = stream
            ? string.Create(CultureInfo.InvariantCulture, $"output-tokens={output} event-delay={random.Next(0, 6)}")
            : string.Create(CultureInfo.InvariantCulture, $"output-tokens={output} first-byte-delay={random.Next(0, 150)}");
        return random.Next(30) switch
        {
            0 => $"{ordinary} {(stream ? "cut" : "truncate")}={at}",
            1 => $"{ordinary} reset={at}",
            2 => $"{ordinary} error=overloaded_error,{at}",
            3 => "reset-before-headers",
            4 => $"status={(random.Next(2) == 0 ? 500 : 529)}",
            5 when stream => $"{ordinary} content=thinking,text",
            _ => ordinary,
        };
    }
}

/// <summary>How a call ended for its client.</summary>
internal enum SoakEnd
{
    Whole,
    Left,

    /// <summary>The budget was used up while the answer ran.</summary>
    Cut,

    /// <summary>The budget hadn't enough left.</summary>
    Refused,

    /// <summary>The upstream or the gateway failed.</summary>
    Broken,
}

/// <summary>What all clients together have seen.</summary>
internal sealed class SoakFigures
{
    private readonly int[] _ends = new int[Enum.GetValues<SoakEnd>().Length];

    public ConcurrentQueue<string> Unexpected { get; } = [];

    public ConcurrentQueue<string> WholeIds { get; } = [];

    public int Whole => _ends[(int)SoakEnd.Whole];

    public int Refused => _ends[(int)SoakEnd.Refused];

    public void Count(string id, SoakEnd end)
    {
        Interlocked.Increment(ref _ends[(int)end]);
        if (end is SoakEnd.Whole)
        {
            WholeIds.Enqueue(id);
        }
    }

    public override string ToString() =>
        $"{_ends.Sum()} calls: " + string.Join(", ", Enum.GetValues<SoakEnd>().Select(end => $"{_ends[(int)end]} {end.ToString().ToLowerInvariant()}"));
}

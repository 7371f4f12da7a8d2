using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Latchkey.Simulator.Scenarios;

/// <summary>Every directive, what its value may be, and what it does to a scenario.</summary>
internal static class Directives
{
    private const int MaxMilliseconds = 3_600_000;
    private const int MaxBytes = 256 * 1024 * 1024;

    private static readonly FrozenDictionary<string, Func<Scenario, Value, Scenario>> Table =
        new Dictionary<string, Func<Scenario, Value, Scenario>>(StringComparer.Ordinal)
        {
            ["status"] = static (s, v) => v.Text == "502html"
                ? s with { Status = 502, HtmlError = true }
                : s with { Status = v.Int(400, 599) },
            ["error-type"] = static (s, v) => s with { ErrorType = v.Required() },
            ["error-code"] = static (s, v) => s with { ErrorCode = v.Required() },
            ["message"] = static (s, v) => s with { Message = v.Required() },
            ["retry-after"] = static (s, v) => s with { RetryAfter = v.Required() },
            ["retry-after-ms"] = static (s, v) => s with { RetryAfterMs = v.Required() },
            ["x-should-retry"] = static (s, v) => s with { ShouldRetry = v.OneOf("true", "false") },
            ["redirect"] = static (s, v) => s with { Redirect = v.Int(300, 308) },
            ["location"] = static (s, v) => s with { Location = v.Required() },
            ["first-byte-delay"] = static (s, v) => s with { FirstByteDelay = v.Milliseconds() },
            ["event-delay"] = static (s, v) => s with { EventDelay = v.Milliseconds() },
            ["stall"] = static (s, v) => s with { Stall = ReadStall(v) },
            ["cut"] = static (s, v) => s with { CutAfter = v.Int(0, int.MaxValue) },
            ["reset"] = static (s, v) => s with { ResetAfter = v.Int(0, int.MaxValue) },
            ["reset-before-headers"] = static (s, v) => s with { ResetBeforeHeaders = v.Flag() },
            ["truncate"] = static (s, v) => s with { TruncateAfter = v.Text is null ? -1 : v.Int(0, int.MaxValue) },
            ["error"] = static (s, v) => s with { StreamError = ReadError(v) },
            ["encoding"] = static (s, v) => s with { Encoding = v.OneOf("gzip", "br", "deflate") },
            ["chunking"] = static (s, v) => s with { Chunking = ReadChunking(v) },
            ["no-request-id"] = static (s, v) => s with { NoRequestId = v.Flag() },
            ["echo-secrets"] = static (s, v) => s with { EchoSecrets = v.Flag() },
            ["text"] = static (s, v) => s with { Text = v.Text ?? throw v.Wrong("a text") },
            ["content"] = static (s, v) => s with { Content = ReadContent(v) },
            ["stop-reason"] = static (s, v) => s with { StopReason = v.Required() },
            ["model"] = static (s, v) => s with { Model = v.Required() },
            ["events"] = static (s, v) => s with { Events = v.Int(1, 10_000_000) },
            ["output-tokens"] = static (s, v) => s with { OutputTokens = v.Int(0, 10_000_000) },
            ["thinking-tokens"] = static (s, v) => s with { ThinkingTokens = v.Int(0, 10_000_000) },
            ["pings"] = static (s, v) => s with { Pings = v.Int(0, 1_000_000) },
            ["huge-event"] = static (s, v) => s with { HugeEventBytes = v.Int(1, MaxBytes) },
            ["garbage"] = static (s, v) => s with { Garbage = v.Flag() },
            ["usage"] = static (s, v) => s with { Usage = v.Object() },
            ["delta-usage"] = static (s, v) => s with { DeltaUsage = ReadDeltaUsage(v) },
            ["random"] = static (s, v) => s with { RandomSeed = v.Text is null ? -1 : v.Int(0, int.MaxValue) },
            ["seed"] = static (s, v) => s with { Seed = v.Int(0, int.MaxValue) },
        }.ToFrozenDictionary();

    /// <summary>Every known name, for the tests that hold the README to account.</summary>
    public static IEnumerable<string> Names => Table.Keys;

    /// <exception cref="DirectiveException">The name is unknown or the value isn't one of its values.</exception>
    public static Scenario Apply(Scenario scenario, string name, string? value) =>
        Table.TryGetValue(name, out var directive)
            ? directive(scenario, new Value(name, value))
            : throw new DirectiveException($"unknown directive `{name}`");

    private static Stall ReadStall(Value value)
    {
        var (after, forHowLong) = value.Pair();
        var duration = forHowLong is null or "0" ? (TimeSpan?)null : value.Part(forHowLong).Milliseconds();
        return new Stall(value.Part(after).Int(0, int.MaxValue), duration);
    }

    private static MidStreamError ReadError(Value value)
    {
        var (type, after) = value.Pair();
        return new MidStreamError(type, after is null ? 2 : value.Part(after).Int(0, int.MaxValue));
    }

    private static Chunking ReadChunking(Value value) => value.Text switch
    {
        "byte" => new Chunking(1, Seed: 0),
        "whole" => new Chunking(int.MaxValue, Seed: 0),
        "random" => new Chunking(null, Seed: 0),
        _ => new Chunking(value.Int(1, MaxBytes), Seed: 0),
    };

    private static List<ContentKind> ReadContent(Value value)
    {
        var kinds = new List<ContentKind>();
        foreach (var name in value.Required().Split(','))
        {
            kinds.Add(name switch
            {
                "thinking" => ContentKind.Thinking,
                "text" => ContentKind.Text,
                "citations" => ContentKind.Citations,
                "tool_use" => ContentKind.ToolUse,
                "web_search" => ContentKind.WebSearch,
                "fallback" => ContentKind.Fallback,
                "compaction" => ContentKind.Compaction,
                "advisor" => ContentKind.Advisor,
                _ => throw value.Wrong("a list of thinking, text, citations, tool_use, web_search, fallback, compaction, advisor"),
            });
        }

        return kinds;
    }

    private static DeltaUsage ReadDeltaUsage(Value value) => value.OneOf("full", "output", "nulls") switch
    {
        "output" => DeltaUsage.OutputOnly,
        "nulls" => DeltaUsage.Nulls,
        _ => DeltaUsage.Full,
    };

    private sealed record Value(string Name, string? Text)
    {
        public DirectiveException Wrong(string wanted) => new($"directive `{Name}` wants {wanted}, not `{Text}`");

        public Value Part(string part) => this with { Text = part };

        public string Required() => string.IsNullOrEmpty(Text) ? throw Wrong("a value") : Text;

        public bool Flag() => Text is null or "true" || (Text == "false" ? false : throw Wrong("no value, true or false"));

        public int Int(int least, int most) =>
            int.TryParse(Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw Wrong($"a whole number from {least} to {most}");

        public TimeSpan Milliseconds() => TimeSpan.FromMilliseconds(Int(0, MaxMilliseconds));

        public string OneOf(params ReadOnlySpan<string> values)
        {
            foreach (var value in values)
            {
                if (value == Text)
                {
                    return value;
                }
            }

            throw Wrong("one of " + string.Join(", ", values));
        }

        public (string First, string? Second) Pair()
        {
            var parts = Required().Split(',');
            return parts.Length switch
            {
                1 => (parts[0], null),
                2 => (parts[0], parts[1]),
                _ => throw Wrong("one value, or two with a comma between them"),
            };
        }

        public JsonElement Object()
        {
            try
            {
                using var parsed = JsonDocument.Parse(Required());
                return parsed.RootElement.ValueKind == JsonValueKind.Object ? parsed.RootElement.Clone() : throw Wrong("a JSON object");
            }
            catch (JsonException)
            {
                throw Wrong("a JSON object");
            }
        }
    }
}

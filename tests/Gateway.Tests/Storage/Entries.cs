using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>Rows of usage for tests.</summary>
internal static class Entries
{
    /// <summary>The first day that the rows of <see cref="Many"/> are on.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static UsageEntry One(string id, DateTimeOffset startedAt, string device = "a-device-0001", string model = "claude-sonnet-5-5", long cost = 1000) => new()
    {
        RequestId = id,
        DeviceId = device,
        SessionId = "ses_1",
        Route = "messages",
        Stream = false,
        Model = model,
        ModelAsked = model,
        ModelAnswered = model,
        RequestBytes = 10,
        ResponseBytes = 20,
        Usage = Usage.None with { InputTokens = 7, OutputTokens = 3 },
        Quality = UsageQuality.Actual,
        CostNanoDollars = cost,
        PriceVersion = "test",
        Status = 200,
        Ending = "completed",
        Fault = "none",
        StartedAt = startedAt,
        Latency = TimeSpan.FromMilliseconds(2.5),
    };

    public static UsageEntry Corrected(this UsageEntry entry, long by, string version = "v2") =>
        entry with { Kind = $"rerated:{version}", Usage = Usage.None, CostNanoDollars = by };

    /// <summary>Rows of three days, many at the edges of hours and days, a fifth of them corrected.</summary>
    public static List<UsageEntry> Many(int count, int seed)
    {
        var random = new Random(seed);
        T Of<T>(params T[] values) => values[random.Next(values.Length)];
        var entries = new List<UsageEntry>();
        for (var i = 0; i < count; i++)
        {
            var at = Begin.AddHours(random.Next(72)) + Of(TimeSpan.Zero, TimeSpan.FromMicroseconds(1), TimeSpan.FromHours(1) - TimeSpan.FromMicroseconds(1), TimeSpan.FromSeconds(random.Next(3600)));
            var entry = One($"req_{i:D4}", at, Of("a-device-0001", "a-device-0002", "A-device-0003", "b-device-0004"), Of("claude-opus-5-5", "claude-haiku-4-5", "unknown"), random.Next(1_000_000)) with
            {
                UserId = Of(null, "ann", "böb"),
                OrgId = Of(null, "acme", "Zeta", "beta"),
                ClientSessionId = Of(null, "s1", "s2", "s3"),
                ClientAgentId = Of(null, "agent-1", "agent-2"),
                ClientParentAgentId = Of(null, "agent-0"),
                KeyFingerprint = Of(null, "k1", "k2"),
                Status = Of(200, 200, 200, 429, 500),
                Ending = Of("completed", "completed", "completed", "client_gone"),
                Latency = TimeSpan.FromMicroseconds(random.Next(1, 1_000_000)),
                Usage = new Usage
                {
                    InputTokens = random.Next(1000),
                    OutputTokens = random.Next(1000),
                    CacheCreationInputTokens = 500,
                    CacheCreation1hInputTokens = random.Next(500),
                    CacheReadInputTokens = random.Next(1000),
                    WebSearchRequests = random.Next(3),
                },
            };
            entry = entry with { ModelAsked = Of(entry.Model, "opus", null) };
            entries.Add(entry);
            if (random.Next(5) == 0)
            {
                entries.Add(entry.Corrected(random.Next(-1000, 1000)));
            }
        }

        return entries;
    }
}

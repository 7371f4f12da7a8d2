using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>Answers the same questions by looking at every row.</summary>
internal static class UsageModel
{
    public static List<UsageGroup> Groups(IReadOnlyList<UsageEntry> entries, SummaryQuestion question)
    {
        var groups = Rows(entries, question.Filter)
            .GroupBy(e => new Key([.. question.GroupBy.Select(d => ValueOf(e, d))]))
            .Select(g => new UsageGroup(g.Key.Values, SumsOf([.. g])))
            .ToList();
        if (question.GroupBy.Count == 0 && groups.Count == 0)
        {
            return [new UsageGroup([], new UsageSums())];
        }

        groups.Sort((a, b) => question.DearestFirst && a.Sums.CostNanoDollars != b.Sums.CostNanoDollars
            ? b.Sums.CostNanoDollars.CompareTo(a.Sums.CostNanoDollars)
            : Compare(a.Key, b.Key));
        return groups;
    }

    public static IEnumerable<UsageEntry> Rows(IReadOnlyList<UsageEntry> entries, UsageFilter filter) => entries.Where(e =>
        (filter.DeviceId is null || e.DeviceId == filter.DeviceId)
        && (filter.UserId is null || e.UserId == filter.UserId)
        && (filter.OrgId is null || e.OrgId == filter.OrgId)
        && (filter.Model is null || (entries.Any(a => a.Model == filter.Model) ? e.Model == filter.Model : e.ModelAsked == filter.Model))
        && (filter.Session is null || e.ClientSessionId == filter.Session)
        && (filter.Agent is null || e.ClientAgentId == filter.Agent)
        && (filter.From is null || e.StartedAt >= filter.From)
        && (filter.To is null || e.StartedAt < filter.To));

    public static UsageSums SumsOf(IReadOnlyList<UsageEntry> rows)
    {
        var settled = rows.Where(r => r.Kind == UsageEntry.Settled).ToList();
        return new UsageSums
        {
            Requests = settled.Count,
            Succeeded = settled.Count(r => r.Status is >= 200 and <= 299 && r.Ending == "completed"),
            InputTokens = rows.Sum(r => r.Usage.InputTokens),
            OutputTokens = rows.Sum(r => r.Usage.OutputTokens),
            CacheCreationInputTokens = rows.Sum(r => r.Usage.CacheCreationInputTokens),
            CacheCreation1hInputTokens = rows.Sum(r => r.Usage.CacheCreation1hInputTokens),
            CacheReadInputTokens = rows.Sum(r => r.Usage.CacheReadInputTokens),
            WebSearchRequests = rows.Sum(r => r.Usage.WebSearchRequests),
            CostNanoDollars = rows.Sum(r => r.CostNanoDollars),
            LatencyMicroseconds = settled.Sum(r => (long)r.Latency.TotalMicroseconds),
        };
    }

    public static int Compare(IReadOnlyList<object> a, IReadOnlyList<object> b) =>
        a.Zip(b, (x, y) => x is string s ? string.CompareOrdinal(s, (string)y) : ((long)x).CompareTo((long)y)).FirstOrDefault(c => c != 0);

    private static object ValueOf(UsageEntry e, UsageDimension dimension) => dimension switch
    {
        UsageDimension.Device => e.DeviceId,
        UsageDimension.User => e.UserId ?? "",
        UsageDimension.Organization => e.OrgId ?? "",
        UsageDimension.Model => e.Model,
        UsageDimension.Hour => Instants.Of(e.StartedAt) / Instants.PerHour,
        UsageDimension.Day => Instants.Of(e.StartedAt) / Instants.PerDay,
        UsageDimension.Key => e.KeyFingerprint ?? "",
        UsageDimension.Session => e.ClientSessionId ?? "",
        UsageDimension.Agent => e.ClientAgentId ?? "",
        UsageDimension.ParentAgent => e.ClientParentAgentId ?? "",
        _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
    };

    private sealed record Key(IReadOnlyList<object> Values)
    {
        public bool Equals(Key? other) => other is not null && Values.SequenceEqual(other.Values);

        public override int GetHashCode() => Values.Aggregate(0, HashCode.Combine);
    }
}

using System.Text.Json.Serialization;

namespace Latchkey.Cli.Usage;

/// <summary>What <c>GET /admin/usage/summary</c> says; the fields that are shown.</summary>
internal sealed record UsageSummary(IReadOnlyList<UsageGroup> Groups, string? NextCursor = null);

/// <summary>One group of calls. Of the dimensions those are null that weren't asked for.</summary>
internal sealed record UsageGroup
{
    public string? Model { get; init; }

    public string? Day { get; init; }

    public string? ClientSessionId { get; init; }

    public long Requests { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public long CacheCreationInputTokens { get; init; }

    public long CacheReadInputTokens { get; init; }

    public decimal CostUsd { get; init; }
}

/// <summary>What <c>GET /admin/budgets</c> says to a device.</summary>
internal sealed record BudgetList(IReadOnlyList<BudgetEntry> Budgets);

internal sealed record BudgetEntry(BudgetTerms Budget, IReadOnlyList<BudgetAccount> Accounts);

internal sealed record BudgetTerms
{
    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public decimal LimitUsd { get; init; }

    public string Period { get; init; } = "";

    /// <summary>Length of a rolling period.</summary>
    public int? RollingHours { get; init; }

    public string Mode { get; init; } = "";
}

internal sealed record BudgetAccount
{
    public decimal SpentUsd { get; init; }

    public decimal ReservedUsd { get; init; }

    public decimal LeftUsd { get; init; }

    public string? ResetsAt { get; init; }
}

/// <summary>What the gateway's own limits leave this device, from the headers of an answer.</summary>
/// <param name="Kind">Of what: requests, input-tokens, output-tokens.</param>
/// <param name="Limit">A window's.</param>
/// <param name="Remaining">Of that, now.</param>
/// <param name="ResetsAt">When the window is over; null when it isn't said.</param>
internal sealed record UsageLimit(string Kind, long Limit, long Remaining, DateTimeOffset? ResetsAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(UsageSummary))]
[JsonSerializable(typeof(BudgetList))]
internal sealed partial class UsageJson : JsonSerializerContext;

using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Admin.Budgets;

/// <summary>A budget as operators write it, and as it is kept.</summary>
internal sealed partial record BudgetForm
{
    private const decimal NanoDollars = 1_000_000_000m;
    private const int MaxMembers = 1_000;
    private const int MaxText = 128;

    /// <summary>Letters, digits, <c>. _ -</c>, up to 64; made up when it is left out.</summary>
    public string? Id { get; init; }

    /// <summary>For people, up to 128 characters; the id when it is left out.</summary>
    public string? Name { get; init; }

    /// <summary><c>everything</c>, <c>organization</c>, <c>user</c>, <c>device</c> or <c>model</c>.</summary>
    public string? Scope { get; init; }

    /// <summary>Ids of that kind; all when left out.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>Each member has the limit for itself; otherwise they share it.</summary>
    public bool PerHead { get; init; }

    /// <summary>Counts only these models; all when left out.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>US dollars a period, above 0.</summary>
    public decimal? LimitUsd { get; init; }

    /// <summary><c>day</c>, <c>week</c>, <c>month</c>, <c>total</c> or <c>rolling</c>.</summary>
    public string? Period { get; init; }

    /// <summary>Length of a rolling period, 1 to 744 hours.</summary>
    public int? RollingHours { get; init; }

    /// <summary>IANA name of the zone in which days, weeks and months begin; <c>UTC</c> when left out.</summary>
    public string? TimeZone { get; init; }

    /// <summary><c>strict</c>, <c>rolling</c> (when left out) or <c>soft</c>.</summary>
    public string? Mode { get; init; }

    public static BudgetForm Of(Budget budget) => new()
    {
        Id = budget.Id,
        Name = budget.Name,
        Scope = NameOf(budget.Scope),
        Members = budget.Members,
        PerHead = budget.PerHead,
        Models = budget.Models,
        LimitUsd = budget.LimitNanoDollars / NanoDollars,
        Period = NameOf(budget.Period),
        RollingHours = budget.Period is BudgetPeriod.Rolling ? budget.RollingHours : null,
        TimeZone = budget.TimeZone.Id,
        Mode = NameOf(budget.Mode),
    };

    /// <summary>The budget that it describes, or what is wrong with it; the problem names the field.</summary>
    public bool TryRead(string id, [NotNullWhen(true)] out Budget? budget, [NotNullWhen(false)] out string? problem)
    {
        budget = null;
        problem = null;
        var (scope, period, mode) = (BudgetScope.Everything, BudgetPeriod.Month, BudgetMode.Rolling);
        var zone = TimeZoneInfo.Utc;
        if (!ValidId().IsMatch(id) || id == BudgetBook.SpendCapId)
        {
            problem = "id: 1 to 64 letters, digits, '.', '_' or '-'";
        }
        else if (Name is { } name && (name.Length is 0 or > MaxText || name.Any(char.IsControl)))
        {
            problem = $"name: 1 to {MaxText} characters, none of them a control character";
        }
        else if (!TryName(Scope, out scope))
        {
            problem = $"scope: one of {Names<BudgetScope>()}";
        }
        else if (ProblemOf(Members) is { } members)
        {
            problem = $"members: {members}";
        }
        else if (scope is BudgetScope.Everything && (Members is { Count: > 0 } || PerHead))
        {
            problem = "members and per_head make no sense with the scope everything";
        }
        else if (Models is { Count: > 0 } && !ModelAllowlist.TryCreate(Models, out _, out var models))
        {
            problem = $"models: {models}";
        }
        else if (scope is BudgetScope.Model && Members is { Count: > 0 } && !ModelAllowlist.TryCreate(Members, out _, out models))
        {
            problem = $"members: {models}";
        }
        else if (LimitUsd is not ({ } limit and > 0) || limit * NanoDollars > Budget.MaxLimit || limit * NanoDollars != decimal.Truncate(limit * NanoDollars))
        {
            problem = "limit_usd: above 0, at most 1000000000, with at most nine decimals";
        }
        else if (!TryName(Period, out period))
        {
            problem = $"period: one of {Names<BudgetPeriod>()}";
        }
        else if (period is BudgetPeriod.Rolling ? RollingHours is not (>= 1 and <= Budget.MaxRollingHours) : RollingHours is not null)
        {
            problem = $"rolling_hours: 1 to {Budget.MaxRollingHours} with the period rolling, left out with others";
        }
        else if (TimeZone is { } zoneName && !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out zone))
        {
            problem = "time_zone: an IANA name such as Europe/Berlin that this machine knows";
        }
        else if (Mode is not null && !TryName(Mode, out mode))
        {
            problem = $"mode: one of {Names<BudgetMode>()}";
        }

        if (problem is not null)
        {
            return false;
        }

        budget = new Budget
        {
            Id = id,
            Name = Name ?? id,
            Scope = scope,
            Members = Members ?? [],
            PerHead = PerHead,
            Models = Models ?? [],
            LimitNanoDollars = (long)(LimitUsd!.Value * NanoDollars),
            Period = period,
            RollingHours = RollingHours ?? 0,
            TimeZone = zone!,
            Mode = mode,
        };
        return true;
    }

    private static string? ProblemOf(IReadOnlyList<string>? ids) => ids switch
    {
        null => null,
        { Count: > MaxMembers } => $"at most {MaxMembers}",
        _ when ids.Any(i => string.IsNullOrWhiteSpace(i) || i.Length > MaxText || i.Any(char.IsControl)) => $"each 1 to {MaxText} characters",
        _ => null,
    };

    private static bool TryName<T>(string? name, out T value)
        where T : struct, Enum
    {
        value = default;
        foreach (var candidate in Enum.GetValues<T>())
        {
            if (NameOf(candidate) == name)
            {
                value = candidate;
                return true;
            }
        }

        return false;
    }

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(NameOf));

    private static string NameOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidId();
}

/// <summary>How an account of a budget stands.</summary>
internal sealed record BudgetAccountAnswer
{
    /// <summary>Of a budget per head, whose; null for a shared one.</summary>
    public string? Head { get; init; }

    public decimal SpentUsd { get; init; }

    /// <summary>What calls under way hold.</summary>
    public decimal ReservedUsd { get; init; }

    public decimal LeftUsd { get; init; }

    /// <summary>Share of the limit that is spent; 1 is all of it.</summary>
    public decimal Utilization { get; init; }

    /// <summary>When spent money stops counting (of a rolling period: the first of it): ISO 8601, UTC. Null when it never does.</summary>
    public string? ResetsAt { get; init; }
}

/// <summary>A budget and how it stands.</summary>
internal sealed record BudgetAnswer
{
    public required BudgetForm Budget { get; init; }

    /// <summary>Of a shared budget, the one; of one per head, those that have called since the gateway's start, the fullest first, at most 100.</summary>
    public required IReadOnlyList<BudgetAccountAnswer> Accounts { get; init; }

    public string? CreatedAt { get; init; }

    public string? UpdatedAt { get; init; }
}

/// <summary>Answer of <c>GET /admin/budgets</c>.</summary>
internal sealed record BudgetList(IReadOnlyList<BudgetAnswer> Budgets);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BudgetForm))]
[JsonSerializable(typeof(BudgetAnswer))]
[JsonSerializable(typeof(BudgetList))]
internal sealed partial class BudgetJson : JsonSerializerContext;

using System.Globalization;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// The caller's own standing against its fullest budget, in the headers by which Anthropic's gateway tells it (contract text in Claude
/// Code 2.1.330): Claude Code warns at 75 and at 95 per cent.
/// </summary>
/// <param name="Budget">The fullest of the caller's budgets; null when it has none.</param>
/// <param name="Figures">How that stands.</param>
/// <param name="UsedUp">Whether it refuses the call.</param>
internal sealed record BudgetStanding(Budget? Budget, BudgetFigures Figures, bool UsedUp)
{
    private const string Prefix = "anthropic-ratelimit-unified-";

    public static BudgetStanding None { get; } = new(null, default, false);

    /// <summary>The fullest of these; soft budgets stop nobody and are left out.</summary>
    public static BudgetStanding Of(IReadOnlyList<BudgetClaim> claims, IReadOnlyList<BudgetFigures> figures)
    {
        var fullest = None;
        for (var i = 0; i < claims.Count; i++)
        {
            if (claims[i].Account.Budget.Mode is not BudgetMode.Soft && (fullest.Budget is null || figures[i].Utilization > fullest.Figures.Utilization))
            {
                fullest = new BudgetStanding(claims[i].Account.Budget, figures[i], UsedUp: false);
            }
        }

        return fullest;
    }

    public IEnumerable<KeyValuePair<string, string>> Headers()
    {
        if (Budget is null)
        {
            yield break;
        }

        var reset = Figures.ResetsAt?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        if (UsedUp)
        {
            // Without representative-claim and overage-status, so that Claude Code shows our words instead of its own.
            yield return Header("status", "rejected");
            yield return Header("overage-utilization", "1");
            yield return Header("overage-surpassed-threshold", "1");
            yield return Header("overage-disabled-reason", "org_spend_cap_reached");
            if (PeriodName is { } period)
            {
                yield return Header("overage-period", period);
            }

            if (!Budget.PerHead)
            {
                yield return Header("overage-scope", "group_pool");
            }
        }
        else
        {
            var used = Math.Min(0.99m, Math.Round(Figures.Utilization, 2));
            var threshold = Figures.Utilization > 0.95m ? "0.95" : Figures.Utilization > 0.75m ? "0.75" : null;
            var status = threshold is null ? "allowed" : "allowed_warning";
            yield return Header("status", status);
            yield return Header("representative-claim", "overage");
            yield return Header("overage-status", status);
            yield return Header("overage-utilization", used.ToString(CultureInfo.InvariantCulture));
            if (threshold is not null)
            {
                yield return Header("overage-surpassed-threshold", threshold);
            }
        }

        if (reset is not null)
        {
            yield return Header("reset", reset);
            yield return Header("overage-reset", reset);
        }
    }

    private string? PeriodName => Budget!.Period switch
    {
        BudgetPeriod.Day => "daily",
        BudgetPeriod.Week => "weekly",
        BudgetPeriod.Month => "monthly",
        _ => null,
    };

    private static KeyValuePair<string, string> Header(string name, string value) => new(Prefix + name, value);
}

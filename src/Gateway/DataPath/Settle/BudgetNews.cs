using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>What others are told when a budget passes a share of its limit.</summary>
internal static class BudgetNews
{
    public const string ThresholdReached = "budget.threshold_reached";

    private const decimal NanoDollars = 1_000_000_000m;

    public static IReadOnlyList<LedgerEvent> Of(IReadOnlyList<BudgetThreshold> passed, DateTimeOffset at, ILogger log)
    {
        if (passed.Count == 0)
        {
            return [];
        }

        var news = new List<LedgerEvent>(passed.Count);
        foreach (var (account, window, percent, figures) in passed)
        {
            var budget = account.Budget;
            log.BudgetThreshold(budget.Id, percent);
            news.Add(new LedgerEvent(
                // Once for each window, whoever settles: a budget that was raised and reached again isn't news twice.
                string.Create(CultureInfo.InvariantCulture, $"budget:{budget.Id}:{account.Head}:{window.ToUnixTimeSeconds()}:{percent}"),
                ThresholdReached,
                at,
                JsonSerializer.Serialize(
                    new ThresholdNews(budget.Id, budget.Name, account.Head.Length == 0 ? null : account.Head, percent, figures.Spent / NanoDollars, figures.Limit / NanoDollars, figures.ResetsAt),
                    BudgetNewsJson.Default.ThresholdNews)));
        }

        return news;
    }
}

/// <summary>Data of <c>budget.threshold_reached</c>.</summary>
/// <param name="BudgetId">Which budget.</param>
/// <param name="BudgetName">Its name.</param>
/// <param name="Head">Of a budget per head, whose.</param>
/// <param name="Percent">50, 75, 90 or 100 per cent of the limit.</param>
/// <param name="SpentUsd">US dollars.</param>
/// <param name="LimitUsd">US dollars.</param>
/// <param name="ResetsAt">When it resets, if it does.</param>
internal sealed record ThresholdNews(
    string BudgetId, string BudgetName, string? Head, int Percent, decimal SpentUsd, decimal LimitUsd, DateTimeOffset? ResetsAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ThresholdNews))]
internal sealed partial class BudgetNewsJson : JsonSerializerContext;

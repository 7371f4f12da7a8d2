using System.Globalization;
using System.Text.Json;
using Latchkey.Client;

namespace Latchkey.Desktop.Usage;

/// <summary>Asks the gateway what this device has used, with the same token as everything else.</summary>
internal sealed class UsageReader(LatchkeyClient latchkey, TimeProvider time) : IDisposable
{
    private const int MostModels = 6;

    /// <summary>What calls count under that are for no model.</summary>
    private const string NoModel = "unknown";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);
    private static readonly JsonSerializerOptions Snake =
        new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };


    private readonly HttpClient _http = latchkey.CreateHttpClient();

    /// <summary>The figures; null where there are none, since calls go past the gateway.</summary>
    /// <exception cref="UsageUnavailableException">They can't be had; the message says why.</exception>
    public async Task<UsageFigures?> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            if ((await latchkey.GetAccessAsync(patience.Token)).IsDirect)
            {
                return null;
            }

            var now = time.GetLocalNow();
            var day = Midnight(now.Date);
            var month = Midnight(new DateTime(now.Year, now.Month, 1));
            var today = await GetAsync<StatsAnswer>($"/admin/stats?from={day}", Camel, patience.Token);
            var thisMonth = await GetAsync<StatsAnswer>($"/admin/stats?from={month}", Camel, patience.Token);
            var models = await GetAsync<SummaryAnswer>(
                $"/admin/usage/summary?from={month}&group_by=model&order_by=-cost&limit={MostModels}", Snake, patience.Token);
            var budgets = await GetAsync<BudgetsAnswer>("/admin/budgets", Snake, patience.Token);
            return new UsageFigures(
                SumOf(today), SumOf(thisMonth), ModelsOf(models), [.. budgets.Budgets.SelectMany(StandingsOf)]);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw new UsageUnavailableException(
                exception is LatchkeyException ? exception.Message : "The gateway doesn't tell what was used at the moment.", exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonSerializerOptions names, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                HttpRequestError.InvalidResponse, $"{path}: {(int)response.StatusCode}", null, response.StatusCode);
        }

        return await response.Content.ReadFromJsonAsync<T>(names, cancellationToken) ?? throw new JsonException($"{path}: null");
    }

    /// <summary>A local day's beginning, as the gateway reads it.</summary>
    private string Midnight(DateTime day) =>
        TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(day, DateTimeKind.Unspecified), time.LocalTimeZone)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static UsageSum SumOf(StatsAnswer stats) => new(
        stats.TotalRequests,
        stats.TotalInputTokens + stats.TotalCacheCreationInputTokens + stats.TotalCacheReadInputTokens,
        stats.TotalOutputTokens,
        stats.TotalCostUsd);

    private static IEnumerable<BudgetStanding> StandingsOf(BudgetAnswer answer) =>
        answer.Accounts.DefaultIfEmpty(new AccountAnswer(0, 0, null)).Select(account => StandingOf(answer, account));

    private static BudgetStanding StandingOf(BudgetAnswer answer, AccountAnswer account)
    {
        var spent = account.SpentUsd + account.ReservedUsd;
        return new BudgetStanding(
            answer.Budget.Name,
            answer.Budget.LimitUsd,
            spent,
            answer.Budget.LimitUsd > 0 ? Math.Clamp(spent / answer.Budget.LimitUsd, 0, 1) : 1,
            PeriodOf(answer.Budget),
            IsShared: !answer.Budget.PerHead,
            answer.Budget.Period is "total" or "rolling" ? null : account.ResetsAt);
    }

    /// <summary>Requests that are for no model, such as for the list of them, are left out.</summary>
    private static IReadOnlyList<ModelSum> ModelsOf(SummaryAnswer answer) =>
    [
        .. answer.Groups.Where(group => group.Model is not (null or NoModel))
            .Select(group => new ModelSum(group.Model!, group.Requests, group.CostUsd)),
    ];

    private static string PeriodOf(BudgetTerms budget) => budget.Period switch
    {
        "day" => "today",
        "week" => "this week",
        "month" => "this month",
        "rolling" => string.Create(CultureInfo.InvariantCulture, $"in the last {budget.RollingHours} hours"),
        _ => "in all",
    };

    private sealed record StatsAnswer(
        long TotalRequests,
        long TotalInputTokens,
        long TotalOutputTokens,
        long TotalCacheCreationInputTokens,
        long TotalCacheReadInputTokens,
        decimal TotalCostUsd);

    private sealed record SummaryAnswer(IReadOnlyList<GroupAnswer> Groups);

    private sealed record GroupAnswer(string? Model, long Requests, decimal CostUsd);

    private sealed record BudgetsAnswer(IReadOnlyList<BudgetAnswer> Budgets);

    private sealed record BudgetAnswer(BudgetTerms Budget, IReadOnlyList<AccountAnswer> Accounts);

    private sealed record BudgetTerms(string Name, decimal LimitUsd, string Period, int? RollingHours, bool PerHead);

    private sealed record AccountAnswer(decimal SpentUsd, decimal ReservedUsd, DateTimeOffset? ResetsAt);
}

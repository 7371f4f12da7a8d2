using Latchkey.Claude;
using Latchkey.Gateway.Identity;
using Latchkey.Gateway.Prices;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Prices;

/// <summary><c>GET /admin/prices</c>.</summary>
internal static class PriceEndpoints
{
    private const decimal NanoDollarsPerUsdPerMillion = 1000;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/admin/prices", Read).RequireAuthorization(Access.Operator);

    private static IResult Read(PriceReload reload, PricesOptions options) =>
        Results.Json(ReportOf(reload.State, options), PriceAnswersJson.Default.PriceReport);

    private static PriceReport ReportOf(PricesState state, PricesOptions options)
    {
        var book = state.Book;
        return new PriceReport
        {
            PriceVersion = book.PriceVersion,
            Version = book.Version,
            ContentHash = book.ContentHash,
            Since = ProtocolJson.Instant(state.Since),
            Source = new PriceOrigin(
                string.IsNullOrEmpty(options.File) ? "embedded" : "file", TextOrNull(options.File), TextOrNull(options.OverridesFile)),
            Problem = state is { Problem: { } problem, ProblemSince: { } since } ? new PriceProblem(problem, ProtocolJson.Instant(since)) : null,
            DiscountBasisPoints = book.DiscountBasisPoints,
            MarkUpBasisPoints = book.MarkUpBasisPoints,
            BatchBasisPoints = book.BatchBasisPoints,
            DataResidency = new PriceResidency(book.DataResidencyGeo, book.DataResidencyBasisPoints),
            WebSearchNanoDollars = book.WebSearchRequest,
            Models = [.. book.Models.Select(LineOf)],
        };
    }

    private static PriceLine LineOf(PriceModel model) => new()
    {
        Id = model.Id,
        Family = model.Family,
        Aliases = model.Aliases,
        Status = model.Status,
        Notes = model.Notes,
        DataResidency = model.DataResidency,
        Standard = RatesOf(model.Standard),
        Fast = model.Fast is { } fast ? RatesOf(fast) : null,
        LongPrompts = [.. model.LongPrompts.Select(tier => new PriceTierLine(tier.AbovePromptTokens, RatesOf(tier.Rates)))],
    };

    private static PriceRatesLine RatesOf(PriceRates rates) => new(
        RatesIn(rates, 1),
        RatesIn(rates, NanoDollarsPerUsdPerMillion),
        rates.Source,
        rates.AsOf,
        rates.ValidUntil);

    private static PriceRateNumbers RatesIn(PriceRates rates, decimal unit) => new(
        rates.Input / unit,
        rates.Output / unit,
        rates.CacheWrite5m / unit,
        rates.CacheWrite1h / unit,
        rates.CacheRead / unit);

    private static string? TextOrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

using System.Text.Json.Serialization;

namespace Latchkey.Gateway.Admin.Prices;

/// <summary>Answer of <c>GET /admin/prices</c>.</summary>
internal sealed record PriceReport
{
    /// <summary>What rows are stamped with.</summary>
    public required string PriceVersion { get; init; }

    /// <summary>As the files name themselves.</summary>
    public required string Version { get; init; }

    public required string ContentHash { get; init; }

    /// <summary>Since when this book is in force: ISO 8601, UTC.</summary>
    public required string Since { get; init; }

    public required PriceOrigin Source { get; init; }

    /// <summary>Why what the files say now isn't in force; null when it is.</summary>
    public required PriceProblem? Problem { get; init; }

    /// <summary>Taken off every charge, in hundredths of a per cent.</summary>
    public required long DiscountBasisPoints { get; init; }

    /// <summary>Put on every charge after the discount, in hundredths of a per cent.</summary>
    public required long MarkUpBasisPoints { get; init; }

    /// <summary>The part of the token prices that a batch pays, in hundredths of a per cent.</summary>
    public required long BatchBasisPoints { get; init; }

    public required PriceResidency DataResidency { get; init; }

    /// <summary>Nano-dollars for one web search.</summary>
    public required long WebSearchNanoDollars { get; init; }

    public required IReadOnlyList<PriceLine> Models { get; init; }
}

/// <summary>Where the book comes from: <c>embedded</c> or <c>file</c>, and the paths that are set.</summary>
internal sealed record PriceOrigin(string Book, string? File, string? OverridesFile);

/// <summary>What is wrong with the files, and since when.</summary>
internal sealed record PriceProblem(string Detail, string Since);

/// <summary>Inference in this place pays this part of the token prices of models that have the surcharge, in hundredths of a per cent.</summary>
internal sealed record PriceResidency(string Geo, long BasisPoints);

/// <summary>One model; its rates are before discount and mark-up.</summary>
internal sealed record PriceLine
{
    public required string Id { get; init; }

    public required string Family { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    public required string? Status { get; init; }

    public required string? Notes { get; init; }

    public required bool DataResidency { get; init; }

    public required PriceRatesLine Standard { get; init; }

    /// <summary>Null: fast answers are billed like any other.</summary>
    public required PriceRatesLine? Fast { get; init; }

    public required IReadOnlyList<PriceTierLine> LongPrompts { get; init; }
}

/// <summary>Rates of prompts above so many tokens.</summary>
internal sealed record PriceTierLine(long AbovePromptTokens, PriceRatesLine Rates);

/// <summary>Rates, and who says so.</summary>
internal sealed record PriceRatesLine(
    PriceRateNumbers NanoDollarsPerToken, PriceRateNumbers UsdPerMillionTokens, string Source, DateOnly AsOf, DateOnly? ValidUntil);

/// <summary>The five rates, in one unit.</summary>
internal sealed record PriceRateNumbers(
    decimal Input,
    decimal Output,
    [property: JsonPropertyName("cache_write_5m")] decimal CacheWrite5m,
    [property: JsonPropertyName("cache_write_1h")] decimal CacheWrite1h,
    decimal CacheRead);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PriceReport))]
internal sealed partial class PriceAnswersJson : JsonSerializerContext;

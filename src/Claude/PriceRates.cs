using System.Text.Json.Serialization;

namespace Latchkey.Claude;

/// <summary>What tokens cost, in nano-dollars a token (1 USD per million tokens is 1,000), each 1 to <see cref="Maximum"/>; and who says so.</summary>
public sealed record PriceRates
{
    /// <summary>The largest rate that is believed: 10,000 USD per million tokens.</summary>
    public const long Maximum = 10_000_000;

    /// <summary>A prompt token that the cache has no part in.</summary>
    public required long Input { get; init; }

    /// <summary>A token of the answer, thinking included.</summary>
    public required long Output { get; init; }

    /// <summary>A token written to the cache for five minutes, or for a time that was not said.</summary>
    [JsonPropertyName("cache_write_5m")]
    public required long CacheWrite5m { get; init; }

    /// <summary>A token written to the cache for an hour.</summary>
    [JsonPropertyName("cache_write_1h")]
    public required long CacheWrite1h { get; init; }

    /// <summary>A token read from the cache. No fixed part of <see cref="Input"/>: it differs from model to model.</summary>
    public required long CacheRead { get; init; }

    /// <summary>Where the rates were read.</summary>
    public required string Source { get; init; }

    /// <summary>The day on which the source said so.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>The last day of the offer, if it is announced; informational: what was billed follows from the answer, not from the calendar.</summary>
    public DateOnly? ValidUntil { get; init; }

    internal bool IsNowhereBelow(PriceRates other) =>
        Input >= other.Input
        && Output >= other.Output
        && CacheWrite5m >= other.CacheWrite5m
        && CacheWrite1h >= other.CacheWrite1h
        && CacheRead >= other.CacheRead;
}

using System.Text.Json.Serialization;

namespace Latchkey.Claude;

/// <summary><c>prices.json</c> as it is written.</summary>
internal sealed record PriceFile
{
    public required string Version { get; init; }

    public required string Unit { get; init; }

    public required BatchPart Batch { get; init; }

    public required ResidencyPart DataResidency { get; init; }

    public required SearchPart WebSearch { get; init; }

    public required PriceModel[] Models { get; init; }

    /// <summary>Batches pay this part of the token prices.</summary>
    internal sealed record BatchPart
    {
        public required long BasisPoints { get; init; }

        public required string Source { get; init; }

        public required DateOnly AsOf { get; init; }
    }

    /// <summary>Inference in this place pays this part of the token prices.</summary>
    internal sealed record ResidencyPart
    {
        public required string Geo { get; init; }

        public required long BasisPoints { get; init; }

        public required string Source { get; init; }

        public required DateOnly AsOf { get; init; }
    }

    /// <summary>A search costs this many nano-dollars.</summary>
    internal sealed record SearchPart
    {
        public required long Request { get; init; }

        public required string Source { get; init; }

        public required DateOnly AsOf { get; init; }
    }
}

/// <summary>An operator's file of overrides as it is written.</summary>
internal sealed record PriceOverridesFile
{
    public required string Version { get; init; }

    public required string Unit { get; init; }

    public long DiscountBasisPoints { get; init; }

    public long MarkUpBasisPoints { get; init; }

    // Left out, an init-only property would be set to null.
    public PriceModel[] Models { get; set; } = [];
}

/// <summary>All that a price depends on, in a fixed order: what the content hash is made of.</summary>
internal sealed record PriceContent(
    PriceFile.BatchPart Batch,
    PriceFile.ResidencyPart DataResidency,
    PriceFile.SearchPart WebSearch,
    long DiscountBasisPoints,
    long MarkUpBasisPoints,
    IReadOnlyList<PriceModel> Models);

/// <summary>Strict: whatever is not understood is an error, since a rate under a misspelt name would be no rate.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PriceFile))]
[JsonSerializable(typeof(PriceOverridesFile))]
[JsonSerializable(typeof(PriceModel))]
[JsonSerializable(typeof(PriceContent))]
internal sealed partial class PriceJson : JsonSerializerContext;

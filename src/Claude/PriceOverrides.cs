using System.Diagnostics.CodeAnalysis;

namespace Latchkey.Claude;

/// <summary>An operator's own prices: contract rates of single models, a discount and a mark-up on everything. Applied by <see cref="PriceBook.TryWithOverrides"/>.</summary>
public sealed record PriceOverrides
{
    /// <summary>10,000 basis points: all of it.</summary>
    public const long Whole = 10_000;

    /// <summary>The largest mark-up: a hundred times the price on top of it.</summary>
    public const long MaximumMarkUp = 100 * Whole;

    private readonly ValueList<PriceModel> _models = ValueList<PriceModel>.Empty;

    /// <summary>Names this state of the overrides; part of every price version.</summary>
    public required string Version { get; init; }

    /// <summary>Taken off every charge, web searches too, in hundredths of a per cent: 0 to 10,000. 1,500 is 15 %. Default 0.</summary>
    public long DiscountBasisPoints { get; init; }

    /// <summary>Put on every charge after the discount, in hundredths of a per cent: 0 to <see cref="MaximumMarkUp"/>. Default 0.</summary>
    public long MarkUpBasisPoints { get; init; }

    /// <summary>
    /// Whole entries, no patches. One whose id names a model of the book, by id or alias, takes that model's place and is found under all of
    /// its names; any other is a new model.
    /// </summary>
    public IReadOnlyList<PriceModel> Models
    {
        get => _models;
        init => _models = ValueList<PriceModel>.From(value);
    }

    /// <summary>Reads an operator's file; its format is in this folder's README. All or nothing.</summary>
    /// <param name="stream">JSON in UTF-8, read to its end and left open.</param>
    /// <param name="overrides">What was read; null if there is a problem.</param>
    /// <param name="problem">What is wrong, and with which model.</param>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static bool TryRead(Stream stream, [NotNullWhen(true)] out PriceOverrides? overrides, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(stream);
        overrides = null;
        if (!PriceFileReader.TryRead(stream, PriceJson.Default.PriceOverridesFile, out var file, out problem)
            || !PriceFileReader.TryCheckUnit(file.Unit, out problem))
        {
            return false;
        }
        var read = new PriceOverrides
        {
            Version = file.Version,
            DiscountBasisPoints = file.DiscountBasisPoints,
            MarkUpBasisPoints = file.MarkUpBasisPoints,
            Models = file.Models,
        };
        problem = read.Problem();
        overrides = problem is null ? read : null;
        return problem is null;
    }

    internal string? Problem()
    {
        if (PriceRules.VersionProblem(Version) is { } version)
        {
            return version;
        }
        if (DiscountBasisPoints is < 0 or > Whole)
        {
            return $"discount_basis_points is {DiscountBasisPoints}; it must be 0 to {Whole}";
        }
        if (MarkUpBasisPoints is < 0 or > MaximumMarkUp)
        {
            return $"mark_up_basis_points is {MarkUpBasisPoints}; it must be 0 to {MaximumMarkUp}";
        }
        return PriceRules.ModelsProblem(_models);
    }
}

using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Latchkey.Claude;

/// <summary>
/// What Claude's models cost, and what a call costs by it: integers in nano-dollars, no floating point, no clock, no I/O. Immutable and safe
/// for concurrent use. The rules and their sources are in this folder's README.
/// </summary>
public sealed class PriceBook
{
    private const long Whole = PriceOverrides.Whole;

    private static readonly Lazy<PriceBook> Embedded = new(ReadEmbedded);

    private readonly PriceContent _content;
    private readonly FrozenDictionary<string, PriceModel> _byName;
    private readonly FrozenSet<string> _families;

    private PriceBook(string version, PriceContent content)
    {
        _content = content;
        Version = version;
        ContentHash = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, PriceJson.Default.PriceContent)));
        PriceVersion = $"{version}@{ContentHash[..12]}";
        _byName = ByName(content.Models);
        _families = content.Models.Select(m => m.Family).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The book that this library carries: Anthropic's list prices.</summary>
    public static PriceBook Default => Embedded.Value;

    /// <summary>As the file names itself; with overrides <c>file+overrides</c>.</summary>
    public string Version { get; }

    /// <summary>SHA-256 of all that the book says, overrides included, in lower case hexadecimal; how the file is laid out makes no difference.</summary>
    public string ContentHash { get; }

    /// <summary>What a charge is stamped with: <see cref="Version"/>, <c>@</c>, and twelve digits of <see cref="ContentHash"/>.</summary>
    public string PriceVersion { get; }

    /// <summary>Taken off every charge, in hundredths of a per cent; 0 without overrides.</summary>
    public long DiscountBasisPoints => _content.DiscountBasisPoints;

    /// <summary>Put on every charge after the discount, in hundredths of a per cent; 0 without overrides.</summary>
    public long MarkUpBasisPoints => _content.MarkUpBasisPoints;

    /// <summary>The part of the token prices that a batch pays, in hundredths of a per cent.</summary>
    public long BatchBasisPoints => _content.Batch.BasisPoints;

    /// <summary>The place of inference that has a surcharge, as answers name it.</summary>
    public string DataResidencyGeo => _content.DataResidency.Geo;

    /// <summary>The part of the token prices that inference there pays, in hundredths of a per cent; 11,000 is a tenth more.</summary>
    public long DataResidencyBasisPoints => _content.DataResidency.BasisPoints;

    /// <summary>Nano-dollars for one web search.</summary>
    public long WebSearchRequest => _content.WebSearch.Request;

    /// <summary>All entries, by id.</summary>
    public IReadOnlyList<PriceModel> Models => _content.Models;

    /// <summary>Reads a price file; its format is in this folder's README. All or nothing.</summary>
    /// <param name="stream">JSON in UTF-8, read to its end and left open.</param>
    /// <param name="book">What was read; null if there is a problem.</param>
    /// <param name="problem">What is wrong, and with which model.</param>
    /// <exception cref="IOException">The stream can't be read.</exception>
    public static bool TryRead(Stream stream, [NotNullWhen(true)] out PriceBook? book, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(stream);
        book = null;
        if (!PriceFileReader.TryRead(stream, PriceJson.Default.PriceFile, out var file, out problem)
            || !PriceFileReader.TryCheckUnit(file.Unit, out problem))
        {
            return false;
        }
        problem = Problem(file);
        if (problem is null)
        {
            book = new PriceBook(file.Version, new PriceContent(file.Batch, file.DataResidency, file.WebSearch, 0, 0, Sorted(file.Models)));
        }
        return problem is null;
    }

    /// <summary>This book with an operator's own prices. The discount and mark-up take the place of those of earlier overrides.</summary>
    /// <param name="overrides">What differs.</param>
    /// <param name="book">The new book; this one stays as it is. Null if there is a problem.</param>
    /// <param name="problem">What is wrong, and with which model.</param>
    public bool TryWithOverrides(PriceOverrides overrides, [NotNullWhen(true)] out PriceBook? book, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(overrides);
        book = null;
        problem = overrides.Problem();
        if (problem is not null)
        {
            return false;
        }
        var models = Models.ToDictionary(m => m.Id, StringComparer.Ordinal);
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        foreach (var own in overrides.Models)
        {
            // Whatever the operator calls it, the answers' names must lead to their price.
            var model = TryFind(own.Id, out var known)
                ? own with { Id = known.Id, Aliases = [.. known.Aliases.Union(own.Aliases, StringComparer.OrdinalIgnoreCase)] }
                : own;
            if (!replaced.Add(model.Id))
            {
                problem = $"{own.Id}: {model.Id} is overridden twice";
                return false;
            }
            models[model.Id] = model;
        }
        var all = Sorted(models.Values);
        problem = PriceRules.ModelsProblem(all);
        if (problem is null)
        {
            book = new PriceBook(
                $"{Version}+{overrides.Version}",
                _content with { DiscountBasisPoints = overrides.DiscountBasisPoints, MarkUpBasisPoints = overrides.MarkUpBasisPoints, Models = all });
        }
        return problem is null;
    }

    /// <summary>The entry of a model by id or alias; upper case, dates and <c>[1m]</c> make no difference.</summary>
    public bool TryFind(string? model, [NotNullWhen(true)] out PriceModel? found)
    {
        found = null;
        return !string.IsNullOrWhiteSpace(model) && _byName.TryGetValue(ModelId.Normalize(model), out found);
    }

    /// <summary>What the call costs: nothing if it was refused before any output, else as <see cref="Charge(Usage, string?, string?, bool)"/>.</summary>
    /// <param name="reading">What its answer said; an estimate of what a cut stream used is put into the usage before.</param>
    /// <param name="requestedModel">The model that the request named, as it was sent upstream; null if unknown.</param>
    /// <param name="batch">It was a line of a batch.</param>
    public Charge Charge(UsageReading reading, string? requestedModel, bool batch)
    {
        ArgumentNullException.ThrowIfNull(reading);
        return Charge(reading.RefusedWithoutOutput ? Usage.None : reading.Usage, requestedModel, reading.Model, batch);
    }

    /// <summary>What this usage costs. Never throws, never negative, never free because a model is unknown.</summary>
    /// <param name="usage">What was used.</param>
    /// <param name="requestedModel">The model that the request named, as it was sent upstream; null if unknown.</param>
    /// <param name="answeredModel">The model that the answer named; null if it named none.</param>
    /// <param name="batch">It was a line of a batch. Also taken from the usage's service tier.</param>
    public Charge Charge(Usage usage, string? requestedModel, string? answeredModel, bool batch)
    {
        ArgumentNullException.ThrowIfNull(usage);
        var bill = new PriceBill(PriceVersion, Whole - _content.DiscountBasisPoints, Whole + _content.MarkUpBasisPoints);
        var model = NameOrNull(answeredModel) ?? NameOrNull(requestedModel);
        if (BillsByIteration(usage))
        {
            AddIterations(bill, usage, requestedModel, answeredModel, batch);
        }
        else
        {
            Add(bill, usage, batch, iteration: null, model, PriceTokens.Of(usage));
        }
        bill.Add(null, model, ChargeKind.WebSearch, usage.WebSearchRequests, _content.WebSearch.Request, Whole, Whole);
        return bill.ToCharge();
    }

    /// <summary>
    /// The whole call's counters leave out compaction and mix models, so any such entry makes the entries the bill. Otherwise both say the
    /// same if they add up, and the entries also say how long each single prompt was.
    /// </summary>
    private static bool BillsByIteration(Usage usage)
    {
        var sum = new PriceTokens();
        foreach (var entry in usage.Iterations)
        {
            if (entry.Type != IterationTypes.Message)
            {
                return true;
            }
            sum += PriceTokens.Of(entry);
        }
        return usage.Iterations.Count > 0 && sum == PriceTokens.Of(usage);
    }

    private void AddIterations(PriceBill bill, Usage usage, string? requestedModel, string? answeredModel, bool batch)
    {
        var lastFallback = -1;
        for (var i = 0; i < usage.Iterations.Count; i++)
        {
            lastFallback = usage.Iterations[i].Type == IterationTypes.Fallback ? i : lastFallback;
        }
        var model = OwnModel(requestedModel, answeredModel, fellBack: lastFallback >= 0);
        for (var i = 0; i < usage.Iterations.Count; i++)
        {
            var entry = usage.Iterations[i];
            if (i < lastFallback && entry is { Type: IterationTypes.Message, OutputTokens: <= 0 })
            {
                // Declined before a word was said: reported, not billed.
                continue;
            }
            Add(bill, usage, batch, i, NameOrNull(entry.Model) ?? model, PriceTokens.Of(entry));
        }
    }

    /// <summary>
    /// Whose entries they are that name no model. The requested one's, since after a fallback the answer names the one that took over; but an
    /// upstream that goes by names of its own is understood by what it answers.
    /// </summary>
    private string? OwnModel(string? requestedModel, string? answeredModel, bool fellBack)
    {
        var (requested, answered) = (NameOrNull(requestedModel), NameOrNull(answeredModel));
        return requested is null || (!fellBack && answered is not null && !TryFind(requested, out _)) ? answered : requested;
    }

    private void Add(PriceBill bill, Usage usage, bool batch, int? iteration, string? model, in PriceTokens tokens)
    {
        var fast = "fast".Equals(usage.Speed, StringComparison.OrdinalIgnoreCase);
        if (!TryFind(model, out var known))
        {
            bill.Quality = ChargeQuality.Unpriced;
        }
        var card = known is null ? Dearest(model, tokens.Prompt, fast) : new PriceCard(known.RatesFor(tokens.Prompt, fast), known.DataResidency);

        // Fast mode is not offered in batches; should it come, the discount is not.
        var discounted = !fast && (batch || "batch".Equals(usage.ServiceTier, StringComparison.OrdinalIgnoreCase));
        var batchPart = discounted ? _content.Batch.BasisPoints : Whole;
        var abroad = card.DataResidency && _content.DataResidency.Geo.Equals(usage.InferenceGeo, StringComparison.OrdinalIgnoreCase);
        var residencyPart = abroad ? _content.DataResidency.BasisPoints : Whole;

        bill.Add(iteration, model, ChargeKind.Input, tokens.Input, card.Input, batchPart, residencyPart);
        bill.Add(iteration, model, ChargeKind.CacheWrite5m, tokens.Written5m, card.CacheWrite5m, batchPart, residencyPart);
        bill.Add(iteration, model, ChargeKind.CacheWrite1h, tokens.Written1h, card.CacheWrite1h, batchPart, residencyPart);
        bill.Add(iteration, model, ChargeKind.CacheRead, tokens.Read, card.CacheRead, batchPart, residencyPart);
        bill.Add(iteration, model, ChargeKind.Output, tokens.Output, card.Output, batchPart, residencyPart);
    }

    /// <summary>Each rate is the highest that any model of the family has for such a call: dearer than every single one of them.</summary>
    private PriceCard Dearest(string? model, long promptTokens, bool fast)
    {
        var families = FamiliesIn(model);
        var dearest = default(PriceCard);
        foreach (var candidate in Models)
        {
            if (families.Count == 0 || families.Contains(candidate.Family))
            {
                dearest = dearest.OrDearer(new PriceCard(candidate.RatesFor(promptTokens, fast), candidate.DataResidency));
            }
        }
        return dearest;
    }

    private HashSet<string> FamiliesIn(string? model)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var name = ModelId.Normalize(model ?? "");
        foreach (var range in name.AsSpan().SplitAny("-._/:@ "))
        {
            var word = name[range];
            if (_families.Contains(word))
            {
                found.Add(word);
            }
        }
        return found;
    }

    private static string? NameOrNull(string? model) => string.IsNullOrWhiteSpace(model) ? null : model;

    private static PriceModel[] Sorted(IEnumerable<PriceModel> models) => [.. models.OrderBy(m => m.Id, StringComparer.Ordinal)];

    private static FrozenDictionary<string, PriceModel> ByName(IReadOnlyList<PriceModel> models)
    {
        var names = new Dictionary<string, PriceModel>(StringComparer.Ordinal);
        foreach (var model in models)
        {
            names[model.Id] = model;
            foreach (var alias in model.Aliases)
            {
                names[ModelId.Normalize(alias)] = model;
            }
        }
        return names.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string? Problem(PriceFile file)
    {
        if (PriceRules.VersionProblem(file.Version) is { } version)
        {
            return version;
        }
        if (file.Batch.BasisPoints is < 1 or > Whole)
        {
            return $"batch: basis_points is {file.Batch.BasisPoints}; it must be 1 to {Whole}";
        }
        if (file.DataResidency.BasisPoints is < Whole or > 10 * Whole)
        {
            return $"data_residency: basis_points is {file.DataResidency.BasisPoints}; it must be {Whole} to {10 * Whole}";
        }
        if (string.IsNullOrWhiteSpace(file.DataResidency.Geo))
        {
            return "data_residency: geo must not be empty";
        }
        if (file.WebSearch.Request is < 1 or > 1_000_000_000)
        {
            return $"web_search: request is {file.WebSearch.Request}; it must be 1 to 1000000000 nano-dollars";
        }
        return file.Models.Length == 0 ? "models must not be empty" : PriceRules.ModelsProblem(file.Models);
    }

    private static PriceBook ReadEmbedded()
    {
        using var stream = typeof(PriceBook).Assembly.GetManifestResourceStream("prices.json")
            ?? throw new InvalidOperationException("prices.json is not in the assembly");
        return TryRead(stream, out var book, out var problem) ? book : throw new InvalidOperationException($"prices.json: {problem}");
    }
}

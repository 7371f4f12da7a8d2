using System.Reflection;
using System.Text.Json;

namespace Latchkey.Claude.Tests;

/// <summary>The published cases of Conformance/, run against this library.</summary>
public class ConformanceTests
{
    private static readonly PriceBook Prices = ConformanceCase.Prices();

    public static TheoryData<string> Cases => [.. ConformanceCase.Folders()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void a_case_is_metered_and_charged_as_it_says(string folder)
    {
        var it = ConformanceCase.Load(folder);

        var reading = it.Meter(int.MaxValue);

        reading.Usage.Should().Be(it.Expected.Usage.Deserialize(UsageJson.Default.Usage));
        reading.Model.Should().Be(it.Expected.Model);
        FactsOf(reading, it).Should().Be(it.Expected.Facts);

        var charge = Prices.Charge(reading, it.Case.RequestedModel, it.Case.Batch);
        charge.NanoDollars.Should().Be(it.Expected.Cost.NanoDollars);
        charge.Quality.ToString().ToLowerInvariant().Should().Be(it.Expected.Cost.Quality);
        charge.Parts.Select(PartOf).Should().Equal(it.Expected.Cost.Parts);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void cutting_the_answer_anywhere_changes_nothing(string folder)
    {
        var it = ConformanceCase.Load(folder);
        var whole = it.Meter(int.MaxValue);

        it.Meter(1).Should().Be(whole);

        // Every split into two; of long answers a thousand of them, spread evenly, and the last bytes.
        var step = Math.Max(1, it.Answer.Length / 1_000);
        for (var cut = 1; cut < it.Answer.Length; cut += cut > it.Answer.Length - 100 ? 1 : step)
        {
            if (it.Meter(cut, int.MaxValue) is var split && split != whole)
            {
                split.Should().Be(whole, "it was cut at byte {0}", cut);
            }
        }
    }

    [Fact]
    public void every_case_has_its_files_and_no_others()
    {
        var folders = ConformanceCase.Folders();

        folders.Length.Should().BeGreaterThanOrEqualTo(60);
        foreach (var folder in folders)
        {
            var it = ConformanceCase.Load(folder);
            it.Case.Name.Should().Be(folder);
            it.Case.Shows.Should().NotBeNullOrWhiteSpace();
            it.Case.Source.Should().NotBeNullOrWhiteSpace();
            it.Case.RequestedModel.Should().NotBeNullOrWhiteSpace();
            Directory.GetFileSystemEntries(Path.Combine(ConformanceCase.Root, folder)).Select(f => Path.GetFileName(f))
                .Should().BeEquivalentTo("case.json", "expected.json", ConformanceCase.AnswerName(it.Case.Kind));
        }
        folders.Select(f => ConformanceCase.Load(f).Case.Shows).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void the_expected_parts_add_up_to_the_expected_total()
    {
        foreach (var cost in ConformanceCase.Folders().Select(f => ConformanceCase.Load(f).Expected.Cost))
        {
            cost.Parts.Sum(p => p.NanoDollars).Should().Be(cost.NanoDollars);
        }
    }

    [Fact]
    public void the_readme_names_every_field_and_kind_of_the_format()
    {
        var readme = File.ReadAllText(Path.Combine(ConformanceCase.Root, "README.md"));
        var fields = new[] { typeof(CaseFile), typeof(ExpectedFile), typeof(FactsFile), typeof(CostFile), typeof(PartFile) }
            .SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name))
            .Concat(UsageJson.Default.Usage.Properties.Where(p => p.Get is not null).Select(p => p.Name))
            .Concat(Enum.GetValues<ChargeKind>().Select(KindOf))
            .Concat(["stream", "body", "batch-line", "priced", "unpriced"]);

        fields.Where(field => !readme.Contains($"`{field}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void the_suite_s_prices_are_those_of_the_same_version_of_the_book()
    {
        // Newer prices don't change the suite; the same version with other rates would make one of the two wrong.
        if (Prices.Version == PriceBook.Default.Version)
        {
            Prices.ContentHash.Should().Be(PriceBook.Default.ContentHash);
        }
    }

    /// <summary>In the form of the expectation.</summary>
    private static FactsFile FactsOf(UsageReading reading, ConformanceCase it) => new()
    {
        Complete = reading.Complete,
        UsageSeen = reading.UsageSeen,
        OutputIsFinal = reading.OutputIsFinal,
        RefusedWithoutOutput = reading.RefusedWithoutOutput,
        StopReason = reading.StopReason,
        ErrorType = reading.ErrorType,
        ErrorCode = reading.ErrorCode,
        Skipped = reading.Skipped,
        DeliveredContentBytes = it.Case.Kind == "stream" ? reading.DeliveredContentBytes : null,
        EstimatedThinkingTokens = reading.EstimatedThinkingTokens,
        CountedInputTokens = reading.CountedInputTokens,
    };

    private static PartFile PartOf(ChargePart part) => new()
    {
        Iteration = part.Iteration,
        Model = part.Model,
        Kind = KindOf(part.Kind),
        Quantity = part.Quantity,
        Rate = part.Rate,
        NanoDollars = part.NanoDollars,
    };

    private static string KindOf(ChargeKind kind) => kind switch
    {
        ChargeKind.Input => "input",
        ChargeKind.Output => "output",
        ChargeKind.CacheWrite5m => "cache_write_5m",
        ChargeKind.CacheWrite1h => "cache_write_1h",
        ChargeKind.CacheRead => "cache_read",
        _ => "web_search",
    };
}

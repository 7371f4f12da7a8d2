using CsCheck;

namespace Latchkey.Claude.Tests;

/// <summary>The rules case by case, each figure worked out by hand; many more are in Conformance/.</summary>
public class ChargeTests
{
    private static readonly PriceBook Book = PriceBook.Default;

    private static readonly Gen<long> Count = Gen.OneOf(Gen.Const(0L), Gen.Long[1, 300_000], Gen.Long[1, 1_000_000_000_000]);

    private static readonly Gen<string> KnownModel = Gen.Int[0, Book.Models.Count - 1].Select(i => Book.Models[i].Id);

    private static readonly Gen<string?> AnyModel = Gen.OneOf(
        KnownModel.Select(m => (string?)m),
        Gen.Int[0, 5].Select(i => new[] { "claude-opus-9", "claude-mythos-preview", "acme", "sonnet-haiku", "", null }[i]));

    private static readonly Gen<UsageIteration> SomeIteration = Gen.Select(Gen.Int[0, 4], AnyModel, Count, Count, Count, Count, Count)
        .Select((type, model, input, output, fiveMinutes, hour, read) => new UsageIteration
        {
            Type = new[] { "message", "compaction", "advisor_message", "fallback_message", "future" }[type],
            Model = model,
            InputTokens = input,
            OutputTokens = output,
            CacheCreationInputTokens = fiveMinutes + hour,
            CacheCreation5mInputTokens = fiveMinutes,
            CacheCreation1hInputTokens = hour,
            CacheReadInputTokens = read,
        });

    private static readonly Gen<Usage> SomeUsage = Gen.Select(
        Gen.Select(Count, Count, Count, Count, Count, Gen.Long[0, 1_000_000]),
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2]),
        SomeIteration.Array[0, 4])
        .Select((counts, words, iterations) => new Usage
        {
            InputTokens = counts.Item1,
            OutputTokens = counts.Item2,
            CacheCreationInputTokens = counts.Item3 + counts.Item4,
            CacheCreation5mInputTokens = counts.Item3,
            CacheCreation1hInputTokens = counts.Item4,
            CacheReadInputTokens = counts.Item5,
            WebSearchRequests = counts.Item6,
            Speed = new[] { null, "standard", "fast" }[words.Item1],
            InferenceGeo = new[] { null, "global", "us" }[words.Item2],
            ServiceTier = new[] { null, "priority", "batch" }[words.Item3],
            Iterations = iterations,
        });

    [Fact]
    public void thirty_in_and_twenty_one_out_on_opus_cost_what_Claude_Code_says() =>
        Cost(new Usage { InputTokens = 30, OutputTokens = 21 }, "claude-opus-5-5").Should().Be(540_000);

    [Fact]
    public void the_model_that_answered_sets_the_price() =>
        Book.Charge(new Usage { OutputTokens = 1 }, "claude-opus-5-5", "claude-haiku-4-5", batch: false).NanoDollars.Should().Be(5_000);

    [Fact]
    public void without_an_answer_the_model_asked_for_sets_it() =>
        Book.Charge(new Usage { OutputTokens = 1 }, "claude-opus-5-5", null, batch: false).NanoDollars.Should().Be(20_000);

    [Theory]
    [InlineData("claude-opus-9", 75_000)]
    [InlineData("us.anthropic.claude-haiku-9-v1:0", 5_000)]
    [InlineData("claude-mythos-preview", 50_000)]
    [InlineData("acme-custom-model", 75_000)]
    [InlineData("octopus-1", 75_000)]
    [InlineData("fable-haiku", 50_000)]
    [InlineData(null, 75_000)]
    public void an_unknown_model_is_charged_at_the_dearest_rate_of_its_family_or_of_the_book(string? model, long perOutputToken)
    {
        var charge = Book.Charge(new Usage { OutputTokens = 1 }, model, model, batch: false);

        charge.NanoDollars.Should().Be(perOutputToken);
        charge.Quality.Should().Be(ChargeQuality.Unpriced);
        charge.Parts.Should().Equal(new ChargePart(null, model, ChargeKind.Output, 1, perOutputToken, perOutputToken));
    }

    [Fact]
    public void cache_writes_without_a_split_pay_the_five_minute_rate() =>
        Cost(new Usage { CacheCreationInputTokens = 1_000 }, "claude-opus-5-5").Should().Be(5_000_000);

    [Fact]
    public void hour_tokens_beyond_what_was_written_are_not_believed() =>
        Cost(new Usage { CacheCreationInputTokens = 10, CacheCreation1hInputTokens = 25 }, "claude-opus-5-5").Should().Be(80_000);

    [Fact]
    public void a_total_is_rounded_once_half_up_and_its_lines_add_up_to_it()
    {
        // Haiku 5.5 in the US: 1 x 125 x 1.1 = 137.5, 1 x 100 x 1.1 = 110, 1 x 10 x 1.1 = 11, in a batch half of it: 129.25.
        var usage = new Usage { InputTokens = 1, CacheCreationInputTokens = 1, CacheCreation5mInputTokens = 1, CacheReadInputTokens = 1, InferenceGeo = "us" };

        Book.Charge(usage, null, "claude-haiku-5-5", batch: false).NanoDollars.Should().Be(259, "258.5 is rounded up");
        var charge = Book.Charge(usage, null, "claude-haiku-5-5", batch: true);
        charge.NanoDollars.Should().Be(129);
        charge.Parts.Select(p => p.NanoDollars).Should().Equal(55, 69, 5);
    }

    [Fact]
    public void fast_mode_gets_no_batch_discount() =>
        Book.Charge(new Usage { OutputTokens = 1, Speed = "fast" }, null, "claude-opus-5-5", batch: true).NanoDollars.Should().Be(40_000);

    [Fact]
    public void a_batch_is_known_by_its_service_tier_too() => Cost(new Usage { OutputTokens = 1, ServiceTier = "batch" }, "claude-opus-5-5").Should().Be(10_000);

    [Fact]
    public void a_refusal_without_output_costs_nothing_with_output_all_of_it()
    {
        var usage = new Usage { InputTokens = 100, OutputTokens = 1, WebSearchRequests = 1 };
        var reading = new UsageReading { Usage = usage, Model = "claude-opus-5-5", StopReason = StopReasons.Refusal, RefusedWithoutOutput = true };

        Book.Charge(reading, "claude-opus-5-5", batch: false).Should().Be(
            new Charge { NanoDollars = 0, PriceVersion = Book.PriceVersion, Quality = ChargeQuality.Priced });
        Book.Charge(reading with { RefusedWithoutOutput = false }, "claude-opus-5-5", batch: false).NanoDollars.Should().Be(10_420_000);
    }

    [Fact]
    public void an_upstream_with_names_of_its_own_is_understood_by_what_it_answers()
    {
        var usage = new Usage { Iterations = [new() { Type = "compaction", OutputTokens = 1 }] };

        Book.Charge(usage, "acme-best", "claude-opus-5-5", batch: false).NanoDollars.Should().Be(20_000);
        Book.Charge(usage, "claude-haiku-4-5", "claude-opus-5-5", batch: false).NanoDollars.Should().Be(5_000, "the requested one compacted");
        Book.Charge(usage with { Iterations = [.. usage.Iterations, new() { Type = "fallback_message", Model = "claude-opus-5-5" }] }, "acme-haiku", "claude-opus-5-5", batch: false)
            .Quality.Should().Be(ChargeQuality.Unpriced, "after a fallback the answer says nothing of the first model");
    }

    [Fact]
    public void the_largest_counters_cost_more_than_can_be_told_and_nothing_overflows()
    {
        var everything = new Usage
        {
            InputTokens = long.MaxValue,
            OutputTokens = long.MaxValue,
            CacheCreationInputTokens = long.MaxValue,
            CacheCreation5mInputTokens = long.MaxValue,
            CacheCreation1hInputTokens = long.MaxValue,
            CacheReadInputTokens = long.MaxValue,
            WebSearchRequests = long.MaxValue,
        };

        Cost(everything, "claude-opus-5-5").Should().Be(long.MaxValue);
        Cost(new Usage { InputTokens = -5, OutputTokens = long.MinValue, CacheCreation5mInputTokens = -1, WebSearchRequests = -1 }, "claude-opus-5-5").Should().Be(0);
    }

    [Fact]
    public void a_trillion_of_each_is_exact()
    {
        const long trillion = 1_000_000_000_000;
        var usage = new Usage
        {
            InputTokens = trillion,
            OutputTokens = trillion,
            CacheCreationInputTokens = 2 * trillion,
            CacheCreation5mInputTokens = trillion,
            CacheCreation1hInputTokens = trillion,
            CacheReadInputTokens = trillion,
        };

        Cost(usage, "claude-opus-4-1").Should().Be((15_000 + 75_000 + 18_750 + 30_000 + 1_500) * trillion);
    }

    [Fact]
    public void the_lines_add_up_and_nothing_is_negative() =>
        Gen.Select(SomeUsage, AnyModel, AnyModel, Gen.Bool).Sample(
            (usage, requested, answered, batch) =>
            {
                var charge = Book.Charge(usage, requested, answered, batch);
                return charge.NanoDollars >= 0
                    && charge.Parts.All(p => p is { NanoDollars: >= 0, Quantity: > 0, Rate: > 0 })
                    && charge.Parts.Sum(p => p.NanoDollars) == charge.NanoDollars;
            },
            iter: 3000);

    [Fact]
    public void the_total_is_the_sum_of_what_the_parts_say_with_the_multipliers() =>
        Gen.Select(SomeUsage, AnyModel, AnyModel, Gen.Bool).Sample(
            (usage, requested, answered, batch) =>
            {
                var charge = Book.Charge(usage, requested, answered, batch);
                var half = usage.Speed != "fast" && (batch || usage.ServiceTier == "batch");
                decimal exact = 0;
                foreach (var part in charge.Parts)
                {
                    var tokens = part.Kind != ChargeKind.WebSearch;

                    // Every family has a model that pays for data residency, so that unknown ones do.
                    var resident = tokens && usage.InferenceGeo == "us" && (!Book.TryFind(part.Model, out var model) || model.DataResidency);
                    exact += (decimal)part.Quantity * part.Rate * (tokens && half ? 0.5m : 1m) * (resident ? 1.1m : 1m);
                }
                return charge.NanoDollars == (long)decimal.Floor(exact + 0.5m);
            },
            iter: 3000);

    [Fact]
    public void a_charge_is_additive_in_every_counter_within_a_tier() =>
        Gen.Select(Gen.Long[0, 20_000].Array[5], Gen.Long[0, 20_000].Array[5], KnownModel, Gen.Bool).Sample(
            (a, b, model, batch) =>
            {
                // The sums stay below every length tier, and all counts are even: half of a batch's is whole, so nothing is rounded.
                var both = Enumerable.Range(0, 5).Select(i => (a[i] + b[i]) / 5 * 2).ToArray();
                var left = a.Select(n => n / 5 * 2).ToArray();
                var right = both.Zip(left, (sum, part) => sum - part).ToArray();
                return Cost(Of(both), model, batch) == Cost(Of(left), model, batch) + Cost(Of(right), model, batch);
            },
            iter: 3000);

    [Fact]
    public void a_charge_grows_with_every_counter() =>
        Gen.Select(SomeUsage, AnyModel, Gen.Bool, Gen.Int[0, 6], Gen.Long[1, 1_000_000]).Sample(
            (usage, model, batch, counter, more) => Cost(More(usage, counter, more), model, batch) >= Cost(usage, model, batch),
            iter: 3000);

    [Fact]
    public void a_charge_grows_with_every_counter_of_an_iteration() =>
        Gen.Select(SomeUsage.Where(u => u.Iterations.Any(i => i.Type != "message")), AnyModel, Gen.Int[0, 4], Gen.Int[0, 3], Gen.Long[1, 1_000_000]).Sample(
            (usage, model, counter, which, more) =>
            {
                var entries = usage.Iterations.ToArray();
                entries[which % entries.Length] = More(entries[which % entries.Length], counter, more);
                return Cost(usage with { Iterations = entries }, model) >= Cost(usage, model);
            },
            iter: 3000);

    [Fact]
    public void an_unknown_model_is_never_cheaper_than_a_known_one_of_its_family() =>
        Gen.Select(SomeUsage, KnownModel, Gen.Bool).Sample(
            (usage, known, batch) =>
            {
                Book.TryFind(known, out var model);
                var plain = usage with { Iterations = [] };
                var price = Cost(plain, known, batch);
                return Cost(plain, $"claude-{model!.Family}-99", batch) >= price && Cost(plain, "acme-99", batch) >= price;
            },
            iter: 3000);

    private static long Cost(Usage usage, string? model, bool batch = false) => Book.Charge(usage, model, model, batch).NanoDollars;

    private static Usage Of(long[] counts) => new()
    {
        InputTokens = counts[0],
        OutputTokens = counts[1],
        CacheCreationInputTokens = counts[2] + counts[3],
        CacheCreation5mInputTokens = counts[2],
        CacheCreation1hInputTokens = counts[3],
        CacheReadInputTokens = counts[4],
    };

    private static Usage More(Usage usage, int counter, long more) => counter switch
    {
        0 => usage with { InputTokens = usage.InputTokens + more },
        1 => usage with { OutputTokens = usage.OutputTokens + more },
        2 => usage with { CacheReadInputTokens = usage.CacheReadInputTokens + more },
        3 => usage with
        {
            CacheCreationInputTokens = usage.CacheCreationInputTokens + more,
            CacheCreation5mInputTokens = usage.CacheCreation5mInputTokens + more,
        },
        4 => usage with
        {
            CacheCreationInputTokens = usage.CacheCreationInputTokens + more,
            CacheCreation1hInputTokens = usage.CacheCreation1hInputTokens + more,
        },
        5 => usage with { WebSearchRequests = usage.WebSearchRequests + more },
        _ => usage with { CodeExecutionRequests = usage.CodeExecutionRequests + more, WebFetchRequests = usage.WebFetchRequests + more },
    };

    private static UsageIteration More(UsageIteration entry, int counter, long more) => counter switch
    {
        0 => entry with { InputTokens = entry.InputTokens + more },
        1 => entry with { OutputTokens = entry.OutputTokens + more },
        2 => entry with { CacheReadInputTokens = entry.CacheReadInputTokens + more },
        3 => entry with
        {
            CacheCreationInputTokens = entry.CacheCreationInputTokens + more,
            CacheCreation5mInputTokens = entry.CacheCreation5mInputTokens + more,
        },
        _ => entry with
        {
            CacheCreationInputTokens = entry.CacheCreationInputTokens + more,
            CacheCreation1hInputTokens = entry.CacheCreation1hInputTokens + more,
        },
    };
}

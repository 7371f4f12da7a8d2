using System.Text;

namespace Latchkey.Claude.Tests;

public class PriceBookTests
{
    private const string Small =
        """
        {
          "version": "test-1",
          "unit": "nano-dollars",
          "batch": {"basis_points": 5000, "source": "s", "as_of": "2026-08-31"},
          "data_residency": {"geo": "us", "basis_points": 11000, "source": "s", "as_of": "2026-08-31"},
          "web_search": {"request": 10000000, "source": "s", "as_of": "2026-08-31"},
          "models": [
            {"id": "claude-big-1", "family": "big", "aliases": ["big", "claude-big-1-20260101"], "standard": {"input": 10, "output": 50, "cache_write_5m": 12, "cache_write_1h": 20, "cache_read": 1, "source": "s", "as_of": "2026-11-20"}},
            {"id": "claude-tiny-1", "family": "tiny", "data_residency": true, "standard": {"input": 1, "output": 5, "cache_write_5m": 2, "cache_write_1h": 3, "cache_read": 1, "source": "s", "as_of": "2026-11-20"},
             "long_prompts": [{"above_prompt_tokens": 100, "rates": {"input": 3, "output": 15, "cache_write_5m": 6, "cache_write_1h": 9, "cache_read": 3, "source": "s", "as_of": "2026-11-20"}}]}
          ]
        }
        """;

    [Theory]
    [InlineData("claude-fable-5-2", 8_000, 40_000, 10_000, 16_000, 200)]
    [InlineData("claude-mythos-5-2", 8_000, 40_000, 10_000, 16_000, 200)]
    [InlineData("claude-fable-5-1", 10_000, 50_000, 12_500, 20_000, 250)]
    [InlineData("claude-mythos-5-1", 10_000, 50_000, 12_500, 20_000, 250)]
    [InlineData("claude-fable-5", 10_000, 50_000, 12_500, 20_000, 1_000)]
    [InlineData("claude-mythos-5", 10_000, 50_000, 12_500, 20_000, 1_000)]
    [InlineData("claude-opus-5-5", 4_000, 20_000, 5_000, 8_000, 200)]
    [InlineData("claude-opus-5", 5_000, 25_000, 6_250, 10_000, 500)]
    [InlineData("claude-opus-4-8", 5_000, 25_000, 6_250, 10_000, 500)]
    [InlineData("claude-opus-4-7", 5_000, 25_000, 6_250, 10_000, 500)]
    [InlineData("claude-opus-4-6", 5_000, 25_000, 6_250, 10_000, 500)]
    [InlineData("claude-opus-4-5-20251101", 5_000, 25_000, 6_250, 10_000, 500)]
    [InlineData("claude-sonnet-5-5", 2_000, 10_000, 2_500, 4_000, 100)]
    [InlineData("claude-sonnet-5", 2_000, 10_000, 2_500, 4_000, 200)]
    [InlineData("claude-sonnet-4-6", 3_000, 15_000, 3_750, 6_000, 300)]
    [InlineData("claude-sonnet-4-5-20250929", 3_000, 15_000, 3_750, 6_000, 300)]
    [InlineData("claude-haiku-5-5", 100, 500, 125, 200, 10)]
    [InlineData("claude-haiku-4-5-20251001", 1_000, 5_000, 1_250, 2_000, 100)]
    [InlineData("claude-opus-4-1-20250805", 15_000, 75_000, 18_750, 30_000, 1_500)]
    [InlineData("claude-opus-4-20250514", 15_000, 75_000, 18_750, 30_000, 1_500)]
    [InlineData("claude-sonnet-4-20250514", 3_000, 15_000, 3_750, 6_000, 300)]
    [InlineData("claude-3-7-sonnet-20250219", 3_000, 15_000, 3_750, 6_000, 300)]
    [InlineData("claude-3-5-haiku-20241022", 800, 4_000, 1_000, 1_600, 80)]
    public void the_list_prices_are_in_the_book(string model, long input, long output, long write5m, long write1h, long read)
    {
        PriceBook.Default.TryFind(model, out var found).Should().BeTrue();
        Five(found!.Standard).Should().Equal(input, output, write5m, write1h, read);
    }

    [Theory]
    [InlineData("claude-fable-5-2", 16_000, 80_000, 20_000, 32_000, 400)]
    [InlineData("claude-mythos-5-2", 16_000, 80_000, 20_000, 32_000, 400)]
    [InlineData("claude-opus-5-5", 8_000, 40_000, 10_000, 16_000, 400)]
    [InlineData("claude-opus-5", 10_000, 50_000, 12_500, 20_000, 1_000)]
    [InlineData("claude-opus-4-8", 10_000, 50_000, 12_500, 20_000, 1_000)]
    public void fast_mode_has_its_own_rates(string model, long input, long output, long write5m, long write1h, long read)
    {
        PriceBook.Default.TryFind(model, out var found).Should().BeTrue();
        Five(found!.Fast!).Should().Equal(input, output, write5m, write1h, read);
    }

    [Fact]
    public void only_five_models_have_a_fast_mode_and_two_a_dearer_card_for_long_prompts()
    {
        PriceBook.Default.Models.Count(m => m.Fast is not null).Should().Be(5);
        PriceBook.Default.Models.Where(m => m.LongPrompts.Count > 0).Select(m => m.Id).Should().Equal("claude-haiku-5-5", "claude-sonnet-4-5");
        PriceBook.Default.TryFind("claude-haiku-5-5", out var haiku).Should().BeTrue();
        haiku!.LongPrompts[0].AbovePromptTokens.Should().Be(100_000);
        Five(haiku.LongPrompts[0].Rates).Should().Equal(500, 2_500, 625, 1_000, 50);
        PriceBook.Default.TryFind("claude-sonnet-4-5", out var sonnet).Should().BeTrue();
        sonnet!.LongPrompts[0].AbovePromptTokens.Should().Be(200_000);
        Five(sonnet.LongPrompts[0].Rates).Should().Equal(6_000, 22_500, 7_500, 12_000, 600);
    }

    [Fact]
    public void every_rate_says_where_it_is_from_and_of_which_day() =>
        PriceBook.Default.Models.SelectMany(m => m.LongPrompts.Select(t => t.Rates).Append(m.Standard).Concat(m.Fast is { } fast ? [fast] : []))
            .Should().AllSatisfy(rates =>
            {
                rates.Source.Should().NotBeNullOrWhiteSpace();
                rates.AsOf.Year.Should().Be(2026);
            });

    [Theory]
    [InlineData("claude-opus-5-5")]
    [InlineData("CLAUDE-OPUS-5-5")]
    [InlineData("claude-opus-5-5[1m]")]
    [InlineData("claude-opus-5-5-20261101")]
    [InlineData(" claude-opus-5-5-20261101[1M] ")]
    [InlineData("opus")]
    public void a_model_is_found_under_every_form_of_its_name(string name)
    {
        PriceBook.Default.TryFind(name, out var found).Should().BeTrue();
        found!.Id.Should().Be("claude-opus-5-5");
    }

    [Theory]
    [InlineData("claude-opus-5-55")]
    [InlineData("claude-opus")]
    [InlineData("")]
    [InlineData(null)]
    public void a_model_that_is_not_in_the_book_is_not_found(string? name) => PriceBook.Default.TryFind(name, out _).Should().BeFalse();

    [Fact]
    public void the_version_names_the_file_and_its_content()
    {
        var book = Read(Small);

        book.Version.Should().Be("test-1");
        book.PriceVersion.Should().Be("test-1@" + book.ContentHash[..12]);
        book.ContentHash.Should().MatchRegex("^[0-9a-f]{64}$");
        Read(Small.ReplaceLineEndings("").Replace(": ", ":", StringComparison.Ordinal)).ContentHash.Should().Be(book.ContentHash, "layout is no content");
        Read(Small.Replace("\"output\": 50", "\"output\": 51", StringComparison.Ordinal)).ContentHash.Should().NotBe(book.ContentHash);
    }

    [Theory]
    [InlineData("\"input\": 10", "\"input\": -1", "claude-big-1", "input is -1")]
    [InlineData("\"input\": 10", "\"input\": 0", "claude-big-1", "input is 0")]
    [InlineData("\"input\": 10", "\"input\": 10000001", "claude-big-1", "input")]
    [InlineData("\"input\": 10", "\"input\": 1.5", "claude-big-1", "input")]
    [InlineData("\"input\": 10", "\"input\": \"10\"", "claude-big-1", "input")]
    [InlineData("\"input\": 10", "\"input\": null", "claude-big-1", "input")]
    [InlineData("\"input\": 10", "\"input\": 10, \"input\": 11", "claude-big-1", "input")]
    [InlineData("\"input\": 10", "\"Input\": 10", "claude-big-1", "Input")]
    [InlineData("\"input\": 10, ", "", "claude-big-1", "input")]
    [InlineData("\"cache_write_1h\": 20, ", "", "claude-big-1", "cache_write_1h")]
    [InlineData("\"cache_write_1h\": 20", "\"cache_write_1h\": 20, \"surprise\": 1", "claude-big-1", "surprise")]
    [InlineData("\"family\": \"tiny\"", "\"familly\": \"tiny\"", "claude-tiny-1", "familly")]
    [InlineData("\"family\": \"tiny\"", "\"family\": \"Tiny\"", "claude-tiny-1", "family")]
    [InlineData("\"id\": \"claude-tiny-1\"", "\"id\": \"claude-big-1\"", "claude-big-1", "already")]
    [InlineData("\"id\": \"claude-tiny-1\"", "\"id\": \"big\"", "big", "already")]
    [InlineData("\"id\": \"claude-tiny-1\"", "\"id\": \"claude-tiny-1-20260101\"", "claude-tiny-1-20260101", "without")]
    [InlineData("\"id\": \"claude-tiny-1\"", "\"id\": \"Claude-tiny-1\"", "Claude-tiny-1", "lower case")]
    [InlineData("\"family\": \"tiny\"", "\"family\": \"tiny\", \"aliases\": [\"BIG\"]", "claude-tiny-1", "belongs to claude-big-1")]
    [InlineData("\"family\": \"tiny\"", "\"family\": \"tiny\", \"aliases\": [\"claude-big-1-20270101\"]", "claude-tiny-1", "belongs to claude-big-1")]
    [InlineData("[\"big\", ", "[\"big\", \"Big\", ", "claude-big-1", "twice")]
    [InlineData("[\"big\", ", "[\"b g\", ", "claude-big-1", "b g")]
    [InlineData("\"above_prompt_tokens\": 100", "\"above_prompt_tokens\": 0", "claude-tiny-1", "above_prompt_tokens")]
    [InlineData("\"output\": 15", "\"output\": 4", "claude-tiny-1", "cheaper")]
    [InlineData("\"source\": \"s\", \"as_of\": \"2026-11-20\"}},", "\"source\": \" \", \"as_of\": \"2026-11-20\"}},", "claude-big-1", "source")]
    [InlineData("\"source\": \"s\", \"as_of\": \"2026-11-20\"}},", "\"source\": \"s\", \"as_of\": \"20 Nov\"}},", "claude-big-1", "as_of")]
    [InlineData("\"batch\": {\"basis_points\": 5000", "\"batch\": {\"basis_points\": 1, \"basis_points\": 2", "basis_points", "Duplicate")]
    [InlineData("\"batch\": {\"basis_points\": 5000", "\"batch\": {\"basis_points\": 0", "batch", "basis_points")]
    [InlineData("\"batch\": {\"basis_points\": 5000", "\"batch\": {\"basis_points\": 10001", "batch", "basis_points")]
    [InlineData("\"basis_points\": 11000", "\"basis_points\": 9999", "data_residency", "basis_points")]
    [InlineData("\"geo\": \"us\"", "\"geo\": \"\"", "data_residency", "geo")]
    [InlineData("\"request\": 10000000", "\"request\": -1", "web_search", "request")]
    [InlineData("\"version\": \"test-1\"", "\"version\": \"\"", "version", "version")]
    [InlineData("\"version\": \"test-1\"", "\"version\": \"test-1\", \"version\": \"test-2\"", "version", "version")]
    [InlineData("\"version\": \"test-1\"", "\"version\": \"test-1\", \"extra\": 1", "extra", "extra")]
    [InlineData("nano-dollars", "dollars", "unit", "nano-dollars")]
    [InlineData("\"models\": [", "\"models\": [null, ", "models[0]", "null")]
    [InlineData("\"models\": [", "\"models\": [3, ", "models[0]", "JSON")]
    public void a_file_with_a_problem_is_refused_whole_and_the_problem_is_named(string original, string changed, string where, string what)
    {
        Small.Should().Contain(original);
        var at = Small.IndexOf(original, StringComparison.Ordinal);
        var text = string.Concat(Small.AsSpan(0, at), changed, Small.AsSpan(at + original.Length));

        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        PriceBook.TryRead(stream, out var book, out var problem).Should().BeFalse();

        book.Should().BeNull();
        problem.Should().Contain(where).And.Contain(what);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"version\":")]
    [InlineData("{\"version\":\"1\",\"unit\":\"nano-dollars\",\"models\":[]}")]
    public void what_is_no_price_file_is_refused(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        PriceBook.TryRead(stream, out _, out var problem).Should().BeFalse();
        problem.Should().NotBeNullOrEmpty();
    }

    [Fact]
    public void a_book_without_models_is_refused()
    {
        var text = Small[..(Small.IndexOf("\"models\": [", StringComparison.Ordinal) + 11)] + "]}";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        PriceBook.TryRead(stream, out _, out var problem).Should().BeFalse();
        problem.Should().Contain("models");
    }

    internal static PriceBook Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        PriceBook.TryRead(stream, out var book, out var problem).Should().BeTrue(problem);
        return book!;
    }

    internal static PriceBook ReadSmall() => Read(Small);

    private static long[] Five(PriceRates rates) => [rates.Input, rates.Output, rates.CacheWrite5m, rates.CacheWrite1h, rates.CacheRead];
}

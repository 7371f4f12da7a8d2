using System.Text;

namespace Latchkey.Claude.Tests;

public class PriceOverridesTests
{
    private const string Contract =
        """
        {
          "version": "acme-7",
          "unit": "nano-dollars",
          "discount_basis_points": 1500,
          "mark_up_basis_points": 1000,
          "models": [
            {"id": "big", "family": "big", "aliases": ["acme-large"], "standard": {"input": 8, "output": 40, "cache_write_5m": 10, "cache_write_1h": 16, "cache_read": 1, "source": "contract 12", "as_of": "2026-11-01"}},
            {"id": "acme-own", "family": "acme", "standard": {"input": 2, "output": 4, "cache_write_5m": 3, "cache_write_1h": 4, "cache_read": 1, "source": "contract 12", "as_of": "2026-11-01"}}
          ]
        }
        """;

    [Fact]
    public void an_override_takes_the_place_of_a_model_under_all_of_its_names()
    {
        var book = Apply(Contract);

        foreach (var name in new[] { "claude-big-1", "big", "claude-big-1-20260101", "acme-large" })
        {
            book.TryFind(name, out var model).Should().BeTrue();
            model!.Id.Should().Be("claude-big-1");
            model.Standard.Input.Should().Be(8);
        }
        book.TryFind("acme-own", out _).Should().BeTrue();
        book.TryFind("claude-tiny-1", out var other).Should().BeTrue();
        other!.Standard.Input.Should().Be(1);
        book.Models.Count.Should().Be(3);
    }

    [Fact]
    public void the_book_that_is_overridden_stays_as_it_is()
    {
        var book = PriceBookTests.ReadSmall();
        var before = book.PriceVersion;

        Read(Contract, out var overrides, out _).Should().BeTrue();
        book.TryWithOverrides(overrides!, out var changed, out _).Should().BeTrue();

        book.PriceVersion.Should().Be(before);
        changed!.Version.Should().Be("test-1+acme-7");
        changed.ContentHash.Should().NotBe(book.ContentHash);
    }

    [Fact]
    public void the_discount_is_taken_off_and_the_mark_up_put_on_what_is_left()
    {
        // (100 x 8 + 10 x 40) x 0.85 x 1.10 = 1,122
        var charge = Apply(Contract).Charge(new Usage { InputTokens = 100, OutputTokens = 10 }, "big", "big", batch: false);

        charge.NanoDollars.Should().Be(1_122);
        charge.Parts.Should().Equal(
            new ChargePart(null, "big", ChargeKind.Input, 100, 8, 748),
            new ChargePart(null, "big", ChargeKind.Output, 10, 40, 374));
    }

    [Fact]
    public void searches_are_discounted_too() =>
        Apply(Contract).Charge(new Usage { WebSearchRequests = 2 }, "big", "big", batch: false).NanoDollars.Should().Be(18_700_000);

    [Fact]
    public void later_overrides_take_the_place_of_the_discount_of_earlier_ones()
    {
        Apply(Contract).TryWithOverrides(new PriceOverrides { Version = "plain" }, out var book, out _).Should().BeTrue();

        book!.Charge(new Usage { InputTokens = 100 }, "big", "big", batch: false).NanoDollars.Should().Be(800);
    }

    [Fact]
    public void everything_may_be_given_away() =>
        Apply("""{"version":"free","unit":"nano-dollars","discount_basis_points":10000}""")
            .Charge(new Usage { InputTokens = 100 }, "big", "big", batch: false).NanoDollars.Should().Be(0);

    [Theory]
    [InlineData("\"discount_basis_points\": 1500", "\"discount_basis_points\": 10001", "discount_basis_points")]
    [InlineData("\"discount_basis_points\": 1500", "\"discount_basis_points\": -1", "discount_basis_points")]
    [InlineData("\"discount_basis_points\": 1500", "\"discount_basis_points\": 0.15", "discount_basis_points")]
    [InlineData("\"mark_up_basis_points\": 1000", "\"mark_up_basis_points\": -1", "mark_up_basis_points")]
    [InlineData("\"mark_up_basis_points\": 1000", "\"mark_up_basis_points\": 1000001", "mark_up_basis_points")]
    [InlineData("\"version\": \"acme-7\"", "\"version\": \"a b\"", "version")]
    [InlineData("\"version\": \"acme-7\"", "\"versoin\": \"acme-7\"", "versoin")]
    [InlineData("nano-dollars", "cents", "unit")]
    [InlineData("\"input\": 2", "\"input\": -2", "acme-own")]
    [InlineData("\"id\": \"acme-own\"", "\"id\": \"big\"", "big")]
    [InlineData("\"id\": \"acme-own\"", "\"id\": \"\\ud800\"", "surrogate")]
    public void a_file_with_a_problem_is_refused_whole(string original, string changed, string what)
    {
        Read(Contract.Replace(original, changed, StringComparison.Ordinal), out var overrides, out var problem).Should().BeFalse();

        overrides.Should().BeNull();
        problem.Should().Contain(what);
    }

    [Theory]
    [InlineData("\"id\": \"acme-own\"", "\"id\": \"claude-big-1\"", "overridden twice")]
    [InlineData("[\"acme-large\"]", "[\"claude-tiny-1\"]", "claude-tiny-1")]
    public void names_that_collide_with_the_book_are_refused(string original, string changed, string what)
    {
        Read(Contract.Replace(original, changed, StringComparison.Ordinal), out var overrides, out var unread).Should().BeTrue(unread);

        PriceBookTests.ReadSmall().TryWithOverrides(overrides!, out var book, out var problem).Should().BeFalse();

        book.Should().BeNull();
        problem.Should().Contain(what);
    }

    [Fact]
    public void overrides_made_by_code_are_checked_as_well()
    {
        PriceBookTests.ReadSmall().TryWithOverrides(new PriceOverrides { Version = "x", DiscountBasisPoints = -5 }, out _, out var problem).Should().BeFalse();
        problem.Should().Contain("discount_basis_points");
    }

    private static bool Read(string text, out PriceOverrides? overrides, out string? problem)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return PriceOverrides.TryRead(stream, out overrides, out problem);
    }

    private static PriceBook Apply(string text)
    {
        Read(text, out var overrides, out var unread).Should().BeTrue(unread);
        PriceBookTests.ReadSmall().TryWithOverrides(overrides!, out var book, out var problem).Should().BeTrue(problem);
        return book!;
    }
}

using Latchkey.Claude;
using Latchkey.Gateway.Admin.Reconcile;

namespace Latchkey.Gateway.Tests.Admin;

public class ReconciliationTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);
    private static readonly DateOnly Tuesday = new(2026, 11, 24);

    [Theory]
    [InlineData(1000, 1000, 0, true)]
    [InlineData(990, 1000, 1, true)]
    [InlineData(1011, 1000, 1.1, false)]
    [InlineData(0, 1000, 100, false)]
    [InlineData(3000, 1000, 200, false)]
    [InlineData(5, 0, 100, false)]
    public void drift_is_in_per_cent_of_anthropics_figure(long ledger, long anthropic, double percent, bool within)
    {
        var report = Compare([Ledger(Monday, ledger)], [Usage(Monday, anthropic)]);

        report.WithinTolerance.Should().Be(within);
        report.Totals.Tokens.DriftPercent.OutputTokens.Should().Be((decimal)percent);
        report.Totals.Tokens.Difference.OutputTokens.Should().Be(ledger - anthropic);
    }

    [Fact]
    public void any_kind_that_drifts_is_drift()
    {
        foreach (var kind in new[] { new TokenKinds(1, 0, 0, 0, 0, 0), new TokenKinds(0, 1, 0, 0, 0, 0), new TokenKinds(0, 0, 1, 0, 0, 0), new TokenKinds(0, 0, 0, 1, 0, 0), new TokenKinds(0, 0, 0, 0, 1, 0), new TokenKinds(0, 0, 0, 0, 0, 1) })
        {
            Compare([], [new ReportedUsage(Monday, "apikey_1", null, "claude-opus-5-5", kind)]).WithinTolerance.Should().BeFalse();
        }
    }

    [Fact]
    public void a_model_is_one_by_all_of_its_names()
    {
        var report = Compare(
            [Ledger(Monday, 10, "claude-sonnet-4-5")],
            [Usage(Monday, 4, "claude-sonnet-4-5-20250929"), Usage(Monday, 6, "claude-sonnet-4-5")]);

        report.Lines.Should().ContainSingle().Which.Tokens.Difference.Should().Be(default(TokenKinds));
    }

    [Fact]
    public void days_and_keys_are_lines_of_their_own_and_sum_up()
    {
        var report = Compare(
            [Ledger(Monday, 10), Ledger(Tuesday, 20), Ledger(Tuesday, 5, key: "22222222")],
            [Usage(Monday, 10), Usage(Tuesday, 20), Usage(Tuesday, 5, key: "apikey_2")]);

        report.Lines.Select(l => (l.Day, l.KeyFingerprint)).Should().Equal(("2026-11-23", "11111111"), ("2026-11-24", "11111111"), ("2026-11-24", "22222222"));
        report.Days.Select(d => d.Tokens.Ledger.OutputTokens).Should().Equal(10, 25);
        report.WithinTolerance.Should().BeTrue();
    }

    [Fact]
    public void a_hint_that_fits_two_keys_of_ours_tells_nothing()
    {
        var report = Compare([], [Usage(Monday, 10, key: "apikey_both")]);

        report.Keys.Should().NotContain(k => k.ApiKeyId == "apikey_both");
        report.OtherKeys.Should().ContainSingle().Which.Tokens.OutputTokens.Should().Be(10);
    }

    [Fact]
    public void money_is_compared_by_day_where_no_other_key_shares_the_workspace()
    {
        IReadOnlyList<ReportedCost> costs = [new(Monday, null, 1000.4m), new(Tuesday, null, 2000), new(Tuesday, "wrkspc_other", 7_000_000)];
        var report = Compare(
            [Ledger(Monday, 1) with { CostNanoDollars = 1000 }, Ledger(Tuesday, 1) with { CostNanoDollars = 2500 }],
            [Usage(Monday, 1), Usage(Tuesday, 1), new ReportedUsage(Tuesday, "apikey_theirs", "wrkspc_other", "claude-opus-5-5", new TokenKinds(0, 0, 0, 0, 99, 0))],
            costs);

        report.Days.Select(d => d.Cost.DifferenceNanoDollars).Should().Equal(0, 500);
        report.Totals.Cost.Comparable.Should().BeTrue("theirs is another workspace");
        report.Totals.Cost.WithinTolerance.Should().BeFalse();
        report.WithinTolerance.Should().BeFalse();
    }

    [Fact]
    public void the_console_in_our_workspace_makes_its_day_incomparable()
    {
        var report = Compare(
            [Ledger(Monday, 1), Ledger(Tuesday, 1)],
            [Usage(Monday, 1), Usage(Tuesday, 1), new ReportedUsage(Tuesday, null, null, "claude-opus-5-5", new TokenKinds(0, 0, 0, 0, 99, 0))]);

        report.Days.Select(d => d.Cost.Comparable).Should().Equal(true, false);
        report.Totals.Cost.WithinTolerance.Should().BeNull();
        report.WithinTolerance.Should().BeTrue("the tokens agree");
        report.OtherKeys.Should().ContainSingle().Which.ApiKeyId.Should().BeNull();
    }

    private static ReconcileReport Compare(IReadOnlyList<LedgerDay> ledger, IReadOnlyList<ReportedUsage> usage, IReadOnlyList<ReportedCost>? costs = null) =>
        new Reconciliation(PriceBook.Default, hint => hint.Split(','), tolerancePercent: 1).Compare(
            new ReconcilePeriod(Monday, Tuesday),
            ledger,
            new OrganizationReports(
                [new ListedKey("apikey_1", "one", "11111111", null), new ListedKey("apikey_2", "two", "22222222", null), new ListedKey("apikey_both", null, "11111111,22222222", null)],
                usage,
                costs ?? []));

    private static LedgerDay Ledger(DateOnly day, long output, string model = "claude-opus-5-5", string key = "11111111") =>
        new(day, model, key, new TokenKinds(0, 0, 0, 0, output, 0), 0);

    private static ReportedUsage Usage(DateOnly day, long output, string model = "claude-opus-5-5", string key = "apikey_1") =>
        new(day, key, null, model, new TokenKinds(0, 0, 0, 0, output, 0));
}

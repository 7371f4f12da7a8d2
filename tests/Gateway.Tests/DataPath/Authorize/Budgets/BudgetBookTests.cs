using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

public class BudgetBookTests
{
    [Fact]
    public void of_two_hundred_at_once_exactly_those_are_let_in_whose_bounds_fit()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        var claims = book.Claims();

        var answers = new BudgetAnswer[200];
        Parallel.For(0, 200, i => answers[i] = book.Reserve(claims, Some.Amounts(100), Some.Noon));

        answers.OfType<BudgetAnswer.Held>().Should().HaveCount(10);
        book.FiguresOf(claims, Some.Noon).Single().Should().Be(new BudgetFigures(1_000, 0, 1_000, new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void a_call_takes_from_every_budget_or_from_none()
    {
        var book = Some.Book(Some.Budget("house", limit: 1_000), Some.Budget("device", BudgetScope.Device, limit: 50, perHead: true));
        var claims = book.Claims();

        var refused = book.Reserve(claims, Some.Amounts(60), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>().Subject;

        refused.Account.Budget.Id.Should().Be("device");
        book.FiguresOf(claims, Some.Noon).Should().OnlyContain(f => f.Reserved == 0);
    }

    [Fact]
    public void of_all_that_refuse_the_one_is_named_that_resets_last()
    {
        var book = Some.Book(
            Some.Budget("a-day", limit: 10, period: BudgetPeriod.Day),
            Some.Budget("b-month", limit: 10),
            Some.Budget("c-week", limit: 10, period: BudgetPeriod.Week));

        book.Reserve(book.Claims(), Some.Amounts(60), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>().Which.Account.Budget.Id.Should().Be("b-month");
    }

    [Fact]
    public void what_was_held_is_given_back_and_what_was_spent_is_posted()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        var claims = book.Claims();
        var hold = book.Reserve(claims, Some.Amounts(400), Some.Noon).Held();

        book.SettleNow(hold, Some.Row(70));

        book.FiguresOf(claims, Some.Noon).Single().Should().Match<BudgetFigures>(f => f.Spent == 70 && f.Reserved == 0 && f.Left == 930);
    }

    [Fact]
    public void a_hold_is_given_back_once()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        var claims = book.Claims();
        book.Reserve(claims, Some.Amounts(100), Some.Noon).Held();
        var hold = book.Reserve(claims, Some.Amounts(400), Some.Noon).Held();

        book.Release(hold);
        book.Release(hold);
        book.SettleNow(hold, Some.Row(0));
        book.TryResize(hold, Some.Amounts(900)).Should().BeTrue("there is nothing to resize");

        book.FiguresOf(claims, Some.Noon).Single().Reserved.Should().Be(100);
    }

    [Fact]
    public void each_head_has_the_limit_for_itself()
    {
        var book = Some.Book(Some.Budget(scope: BudgetScope.Device, limit: 100, perHead: true));

        book.Reserve(book.Claims(Some.Caller("device-01")), Some.Amounts(100), Some.Noon).Held();
        book.Reserve(book.Claims(Some.Caller("device-02")), Some.Amounts(100), Some.Noon).Held();
        book.Reserve(book.Claims(Some.Caller("device-01")), Some.Amounts(1), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>();
    }

    [Fact]
    public void members_share_a_pool_and_others_are_left_alone()
    {
        var book = Some.Book(Some.Budget(scope: BudgetScope.User, limit: 100) with { Members = ["ann", "bob"] });

        book.Reserve(book.Claims(Some.Caller(user: "ann")), Some.Amounts(60), Some.Noon).Held();
        book.Reserve(book.Claims(Some.Caller(user: "bob")), Some.Amounts(60), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>();
        book.Claims(Some.Caller(user: "eve")).Should().BeEmpty();
        book.Claims(Some.Caller()).Should().BeEmpty("who has no name is nobody's member");
    }

    [Theory]
    [InlineData("claude-opus-5-5", true)]
    [InlineData("claude-haiku-5-5", false)]
    public void a_budget_for_models_counts_only_those(string model, bool counts)
    {
        var book = Some.Book(Some.Budget() with { Models = ["claude-opus-*"] }, Some.Budget("b2", BudgetScope.Model) with { Members = ["claude-opus-*"] });

        book.Claims(model: model).Should().HaveCount(counts ? 2 : 0);
    }

    [Fact]
    public void a_soft_budget_refuses_nothing_and_tells_each_threshold_once()
    {
        var book = Some.Book(Some.Budget(mode: BudgetMode.Soft, limit: 100));
        var claims = book.Claims();
        var told = new List<int>();
        for (var i = 0; i < 15; i++)
        {
            var hold = book.Reserve(claims, Some.Amounts(1_000_000), Some.Noon).Held();
            told.AddRange(book.SettleNow(hold, Some.Row(10, $"req_{i}")).Select(t => t.Percent));
        }

        told.Should().Equal(50, 75, 90, 100);
    }

    [Fact]
    public void money_counts_in_the_window_of_the_calls_admission()
    {
        var book = Some.Book(Some.Budget(period: BudgetPeriod.Day, limit: 100));
        var evening = new DateTimeOffset(2026, 11, 24, 23, 59, 59, TimeSpan.Zero);
        var hold = book.Reserve(book.Claims(at: evening), Some.Amounts(80), evening).Held();
        var morning = evening.AddSeconds(2);
        var tomorrow = book.Claims(at: morning);

        book.FiguresOf(tomorrow, morning).Single().Reserved.Should().Be(0);
        book.Reserve(tomorrow, Some.Amounts(100), morning).Held();
        book.SettleNow(hold, Some.Row(70, at: evening));

        book.FiguresOf(tomorrow, morning).Single().Spent.Should().Be(0);
        book.FiguresOf(tomorrow, evening).Single().Spent.Should().Be(70);
    }

    [Fact]
    public void a_clock_that_is_put_back_opens_no_free_window()
    {
        var book = Some.Book(Some.Budget(period: BudgetPeriod.Day, limit: 100));
        var now = new DateTimeOffset(2026, 11, 24, 0, 30, 0, TimeSpan.Zero);
        book.SettleNow(book.Reserve(book.Claims(at: now), Some.Amounts(100), now).Held(), Some.Row(100, at: now));

        var back = now.AddHours(-1);
        var claims = book.ClaimsOf(Some.Caller(), ["claude-opus-5-5"]);

        book.BeginReading(claims, back).Should().ContainSingle("what was spent yesterday isn't known and has to be read");
        book.Reserve(book.Claims(at: now), Some.Amounts(1), now).Should().BeOfType<BudgetAnswer.Refused>();
    }

    [Fact]
    public void a_rolling_period_frees_an_hour_at_a_time()
    {
        var book = Some.Book(Some.Budget(period: BudgetPeriod.Rolling, limit: 100));
        book.SettleNow(book.Reserve(book.Claims(), Some.Amounts(60), Some.Noon).Held(), Some.Row(60, "req_1"));
        var later = Some.Noon.AddHours(3);
        book.SettleNow(book.Reserve(book.Claims(at: later), Some.Amounts(40), later).Held(), Some.Row(40, "req_2", at: later));

        var full = book.Reserve(book.Claims(at: later), Some.Amounts(1), later).Should().BeOfType<BudgetAnswer.Refused>().Subject;
        full.Figures.ResetsAt.Should().Be(Some.Noon.AddHours(25), "the noon hour counts until a day after its end");
        Spent(Some.Noon.AddHours(24).AddMinutes(59)).Should().Be(100);
        Spent(Some.Noon.AddHours(25)).Should().Be(40);
        Spent(Some.Noon.AddHours(28)).Should().Be(0);

        long Spent(DateTimeOffset at) => book.FiguresOf(book.Claims(at: at), at).Single().Spent;
    }

    [Fact]
    public void an_account_begins_with_what_the_ledger_says_and_misses_nothing_that_comes_meanwhile()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        var claims = book.ClaimsOf(Some.Caller(), ["claude-opus-5-5"]);
        book.SettleNow(BudgetHold.Nothing, Some.Row(1, "req_before"));
        var account = book.BeginReading(claims, Some.Noon).Single();
        book.SettleNow(BudgetHold.Nothing, Some.Row(10, "req_included"));
        book.SettleNow(BudgetHold.Nothing, Some.Row(100, "req_not_included"));
        book.ArrivalsOf(account).Should().Equal("req_included", "req_not_included");
        var window = BudgetWindow.At(account.Budget, Some.Noon).Start;

        book.EndReading(account, Some.Noon, new SpendState(new Dictionary<DateTimeOffset, long> { [window] = 511 }, new HashSet<string> { "req_included" }));

        book.FiguresOf(claims, Some.Noon).Single().Spent.Should().Be(611);
        book.BeginReading(claims, Some.Noon).Should().BeEmpty();
    }

    [Fact]
    public void a_past_that_was_changed_is_read_again()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        var claims = book.Claims();
        var hold = book.Reserve(claims, Some.Amounts(300), Some.Noon).Held();

        book.ForgetThePast();
        var account = book.BeginReading(claims, Some.Noon).Single();
        book.EndReading(account, Some.Noon, new SpendState(new Dictionary<DateTimeOffset, long> { [BudgetWindow.At(account.Budget, Some.Noon).Start] = 42 }, new HashSet<string>()));

        book.FiguresOf(claims, Some.Noon).Single().Should().Match<BudgetFigures>(f => f.Spent == 42 && f.Reserved == 300);
        book.Release(hold);
    }

    [Fact]
    public void a_changed_limit_holds_at_once_and_keeps_what_is_reserved()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        book.Reserve(book.Claims(), Some.Amounts(300), Some.Noon).Held();

        book.Use([Some.Budget(limit: 400)]);

        book.Reserve(book.Claims(), Some.Amounts(101), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>();
        book.Reserve(book.Claims(), Some.Amounts(100), Some.Noon).Held();
    }

    [Fact]
    public void a_budget_that_is_taken_away_refuses_nobody_and_its_holds_end_quietly()
    {
        var book = Some.Book(Some.Budget(limit: 100));
        var hold = book.Reserve(book.Claims(), Some.Amounts(100), Some.Noon).Held();

        book.Use([]);

        book.Claims().Should().BeEmpty();
        book.SettleNow(hold, Some.Row(100));
    }

    [Fact]
    public void a_tokens_own_cap_is_a_budget_of_its_device()
    {
        var book = Some.Book();
        var claims = book.Claims(Some.Caller(spendCap: 0.000001m));
        book.SettleNow(book.Reserve(claims, Some.Amounts(1_000), Some.Noon).Held(), Some.Row(900));

        book.Reserve(book.Claims(Some.Caller(spendCap: 0.000001m)), Some.Amounts(101), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>();
        book.Reserve(book.Claims(Some.Caller(spendCap: 1m)), Some.Amounts(101), Some.Noon).Held();
        book.Claims(Some.Caller()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void a_cap_of_nothing_lets_nothing_through(int dollars)
    {
        var book = Some.Book();

        book.Reserve(book.Claims(Some.Caller(spendCap: dollars)), Some.Amounts(100), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>();
    }

    [Fact]
    public void who_holds_a_forgotten_account_claims_again()
    {
        var book = Some.Book(Some.Budget(scope: BudgetScope.Device, period: BudgetPeriod.Day, perHead: true));
        var claims = book.Claims();
        var later = Some.Noon.AddDays(3);
        book.SettleNow(BudgetHold.Nothing, Some.Row(1, device: "another-device", at: later));

        book.Reserve(claims, Some.Amounts(1), later).Should().BeOfType<BudgetAnswer.Stale>();
        book.Reserve(book.Claims(at: later), Some.Amounts(1), later).Held();
    }

    [Theory]
    [InlineData(nameof(BudgetPeriod.Month))]
    [InlineData(nameof(BudgetPeriod.Total))]
    [InlineData(nameof(BudgetPeriod.Rolling))]
    public void what_other_gateways_have_spent_counts_and_is_replaced_whole(string name)
    {
        var period = Enum.Parse<BudgetPeriod>(name);
        var book = Some.Book(Some.Budget(limit: 1_000, period: period));
        var claims = Begin(book, Others(period, 300));
        book.SettleNow(book.Reserve(claims, Some.Amounts(100), Some.Noon).Held(), Some.Row(70));
        Spent().Should().Be(370);

        book.HearOfOthers(claims[0].Account, Some.Noon, Others(period, 900));
        Spent().Should().Be(970);
        book.Reserve(claims, Some.Amounts(31), Some.Noon).Should().BeOfType<BudgetAnswer.Refused>();
        book.HearOfOthers(claims[0].Account, Some.Noon, new Dictionary<DateTimeOffset, long>());
        Spent().Should().Be(70);

        long Spent() => book.FiguresOf(claims, Some.Noon).Single().Spent;
    }

    [Fact]
    public void a_threshold_that_others_passed_is_told_with_the_next_row_once()
    {
        var book = Some.Book(Some.Budget(limit: 1_000));
        var claims = Begin(book, Others(BudgetPeriod.Month, 400));
        book.HearOfOthers(claims[0].Account, Some.Noon, Others(BudgetPeriod.Month, 450));
        book.HearOfOthers(claims[0].Account, Some.Noon, Others(BudgetPeriod.Month, 760));

        book.SettleNow(book.Reserve(claims, Some.Amounts(10), Some.Noon).Held(), Some.Row(1)).Select(t => t.Percent).Should().Equal(50, 75);
        book.SettleNow(book.Reserve(claims, Some.Amounts(10), Some.Noon).Held(), Some.Row(1, "req_2")).Should().BeEmpty();
    }

    [Fact]
    public void an_account_that_began_without_others_is_read_again_when_they_are_heard_of()
    {
        var book = Some.Book(Some.Budget());
        var claims = Begin(book, null);

        book.HearOfOthers(claims[0].Account, Some.Noon, Others(BudgetPeriod.Month, 300));

        book.BeginReading(claims, Some.Noon).Should().ContainSingle();
    }

    [Fact]
    public void an_account_that_was_not_used_for_minutes_is_read_again_if_others_spend_from_it()
    {
        var (alone, shared) = (Some.Book(Some.Budget()), Some.Book(Some.Budget()));
        var (own, claims) = (Begin(alone, null), Begin(shared, Others(BudgetPeriod.Month, 300)));
        shared.AccountsInUse(Some.Noon.AddMinutes(4)).Should().ContainSingle();
        shared.BeginReading(claims, Some.Noon.AddMinutes(4)).Should().BeEmpty();
        shared.AccountsInUse(Some.Noon.AddMinutes(10)).Should().BeEmpty();

        shared.BeginReading(claims, Some.Noon.AddMinutes(10)).Should().ContainSingle();
        alone.BeginReading(own, Some.Noon.AddMinutes(10)).Should().BeEmpty();
    }

    private static IReadOnlyList<BudgetClaim> Begin(BudgetBook book, IReadOnlyDictionary<DateTimeOffset, long>? others)
    {
        var claims = book.ClaimsOf(Some.Caller(), ["claude-opus-5-5"]);
        foreach (var account in book.BeginReading(claims, Some.Noon))
        {
            book.EndReading(account, Some.Noon, new SpendState(new Dictionary<DateTimeOffset, long>(), new HashSet<string>(), others));
        }

        return claims;
    }

    private static Dictionary<DateTimeOffset, long> Others(BudgetPeriod period, long spent) =>
        new() { [BudgetWindow.At(Some.Budget(period: period), Some.Noon).Start] = spent };

    [Fact]
    public void a_cap_beyond_all_money_is_a_cap_too()
    {
        var book = Some.Book();

        book.Claims(Some.Caller(spendCap: decimal.MaxValue)).Single().Limit.Should().Be(Budget.MaxLimit);
        book.Reserve(book.Claims(Some.Caller(spendCap: decimal.MinValue)), Some.Amounts(1), Some.Noon).Should().BeOfType<BudgetAnswer.Held>("a nano-dollar is left");
    }
}

using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage;

public class UsagePlanTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly long D = Instants.Of(Day);

    [Fact]
    public void hours_answer_what_they_know()
    {
        UsagePlan.RollUpFor([]).Should().Be(RollUp.Hour);
        UsagePlan.RollUpFor([UsageDimension.Organization, UsageDimension.Model, UsageDimension.Key, UsageDimension.Hour, UsageDimension.Day]).Should().Be(RollUp.Hour);
    }

    [Fact]
    public void days_answer_what_hours_dont_know()
    {
        UsagePlan.RollUpFor([UsageDimension.Device]).Should().Be(RollUp.Day);
        UsagePlan.RollUpFor([UsageDimension.Device, UsageDimension.User, UsageDimension.Organization, UsageDimension.Model, UsageDimension.Day]).Should().Be(RollUp.Day);
    }

    [Theory]
    [InlineData(nameof(UsageDimension.Session), nameof(UsageDimension.Model))]
    [InlineData(nameof(UsageDimension.Agent), nameof(UsageDimension.Device))]
    [InlineData(nameof(UsageDimension.ParentAgent), nameof(UsageDimension.Day))]
    [InlineData(nameof(UsageDimension.Device), nameof(UsageDimension.Hour))]
    [InlineData(nameof(UsageDimension.User), nameof(UsageDimension.Key))]
    public void rows_answer_what_no_roll_up_knows(string one, string other) =>
        UsagePlan.RollUpFor([Enum.Parse<UsageDimension>(one), Enum.Parse<UsageDimension>(other)]).Should().BeNull();

    [Fact]
    public void all_time_needs_no_rows()
    {
        var plan = Plan(RollUp.Hour, null, null);

        plan.Source.Should().Be(RollUp.Hour);
        plan.Whole.Should().Be(new Period(null, null));
        plan.Rows.Should().BeEmpty();
    }

    [Fact]
    public void whole_units_need_no_rows()
    {
        var plan = Plan(RollUp.Day, Day, Day.AddDays(2));

        plan.Whole.Should().Be(new Period(D, D + (2 * Instants.PerDay)));
        plan.Rows.Should().BeEmpty();
    }

    [Fact]
    public void ragged_edges_come_from_rows()
    {
        var plan = Plan(RollUp.Hour, Day.AddMinutes(-10), Day.AddHours(2).AddMinutes(5));

        plan.Whole.Should().Be(new Period(D, D + (2 * Instants.PerHour)));
        plan.Rows.Should().Equal(
            new Period(D - (10 * Instants.PerHour / 60), D),
            new Period(D + (2 * Instants.PerHour), D + (2 * Instants.PerHour) + (5 * Instants.PerHour / 60)));
    }

    [Fact]
    public void an_open_end_has_no_edge()
    {
        var from = Plan(RollUp.Hour, Day.AddMinutes(30), null);
        from.Whole.Should().Be(new Period(D + Instants.PerHour, null));
        from.Rows.Should().Equal(new Period(D + (Instants.PerHour / 2), D + Instants.PerHour));

        var to = Plan(RollUp.Hour, null, Day.AddMinutes(30));
        to.Whole.Should().Be(new Period(null, D));
        to.Rows.Should().Equal(new Period(D, D + (Instants.PerHour / 2)));
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(0, 20)]
    [InlineData(50, 70)]
    public void what_has_no_whole_unit_comes_from_rows_alone(int fromMinute, int toMinute)
    {
        var plan = Plan(RollUp.Hour, Day.AddMinutes(fromMinute), Day.AddMinutes(toMinute));

        plan.Source.Should().BeNull();
        plan.Rows.Should().Equal(new Period(Instants.Of(Day.AddMinutes(fromMinute)), Instants.Of(Day.AddMinutes(toMinute))));
    }

    [Fact]
    public void a_question_that_no_roll_up_knows_is_one_stretch_of_rows() =>
        Plan(null, Day, null).Rows.Should().Equal(new Period(D, null));

    [Fact]
    public void where_rows_are_gone_whole_units_are_answered_and_ragged_edges_refused()
    {
        var kept = new Kept(D + (5 * Instants.PerDay), 0);

        UsagePlan.For(RollUp.Hour, Day, Day.AddHours(7), kept).Value!.Rows.Should().BeEmpty();
        UsagePlan.For(RollUp.Hour, Day, Day.AddDays(6).AddMinutes(1), kept).Value!.Rows.Should().HaveCount(1);
        UsagePlan.For(RollUp.Hour, Day.AddMinutes(1), Day.AddHours(7), kept).Problem!.Parameter.Should().Be("from");
        UsagePlan.For(RollUp.Hour, Day, Day.AddHours(7).AddMinutes(1), kept).Problem!.Parameter.Should().Be("to");
        UsagePlan.For(RollUp.Day, Day.AddHours(1), null, kept).Problem!.Detail.Should().Contain("2026-03-07T00:00:00.000Z").And.Contain("whole day");
        UsagePlan.For(RollUp.Day, Day, Day.AddHours(1), kept).Problem!.Parameter.Should().Be("to");
    }

    [Fact]
    public void a_question_of_rows_that_are_gone_is_refused()
    {
        var kept = new Kept(D, 0);

        UsagePlan.For(null, Day.AddSeconds(-1), null, kept).Problem!.Parameter.Should().Be("from");
        UsagePlan.For(null, null, Day, kept).Problem!.Parameter.Should().Be("to");
        UsagePlan.For(null, Day, null, kept).Problem.Should().BeNull();
    }

    [Fact]
    public void without_a_beginning_it_begins_where_the_books_do_and_says_so()
    {
        var kept = new Kept(D + Instants.PerDay, D);

        UsagePlan.For(null, null, null, kept).Value!.From.Should().Be(kept.Rows);
        UsagePlan.For(RollUp.Day, null, null, kept).Value!.From.Should().Be(kept.Sums);
        UsagePlan.For(RollUp.Day, null, null, Kept.Everything).Value!.From.Should().BeNull();
        UsagePlan.For(RollUp.Day, Day.AddDays(-1), null, kept).Problem!.Parameter.Should().Be("from");
    }

    private static UsagePlan Plan(RollUp? rollUp, DateTimeOffset? from, DateTimeOffset? to) => UsagePlan.For(rollUp, from, to, Kept.Everything).Value!;
}

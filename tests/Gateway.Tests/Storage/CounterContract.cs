using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>What every implementation of the counters does.</summary>
public abstract class CounterContract
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    private protected abstract Task<ICounterBench> StartAsync();

    [Fact]
    public async Task the_hundred_and_first_request_of_a_burst_is_refused()
    {
        var bench = await StartAsync();
        for (var i = 0; i < 100; i++)
        {
            var granted = await bench.Counters.GrantedAsync(Claims.Requests(100));
            granted.Figures[0].Remaining.Should().Be(99 - i);
        }

        var refused = await bench.Counters.RefusedAsync(Claims.Requests(100));

        refused.Figures[0].Should().Be(new CounterFigure(100, 0, Claims.Minute, Claims.Minute));
    }

    [Fact]
    public async Task retry_after_is_exact()
    {
        var bench = await StartAsync();
        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(17));
        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(3));

        var refused = await bench.Counters.RefusedAsync(Claims.Requests(2));

        refused.RetryAfter.Should().Be(TimeSpan.FromSeconds(40));
        refused.Figures[0].ResetAfter.Should().Be(TimeSpan.FromSeconds(57));
        await bench.AdvanceAsync(refused.RetryAfter - Millisecond);
        await bench.Counters.RefusedAsync(Claims.Requests(2));
        await bench.AdvanceAsync(Millisecond);
        await bench.Counters.GrantedAsync(Claims.Requests(2));
    }

    [Fact]
    public async Task a_burst_late_in_a_window_is_not_followed_by_another_at_its_end()
    {
        var bench = await StartAsync();
        await bench.Counters.GrantedAsync(Claims.Requests(100));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(59));
        for (var i = 1; i < 100; i++)
        {
            await bench.Counters.GrantedAsync(Claims.Requests(100));
        }

        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));

        await bench.Counters.GrantedAsync(Claims.Requests(100));
        await bench.Counters.RefusedAsync(Claims.Requests(100));
    }

    [Fact]
    public async Task costs_within_a_thirtieth_of_the_window_leave_it_together()
    {
        var bench = await StartAsync();
        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await bench.AdvanceAsync(TimeSpan.FromMilliseconds(1999));
        await bench.Counters.GrantedAsync(Claims.Requests(2));
        await bench.AdvanceAsync(Claims.Minute - Millisecond);

        (await bench.Counters.RefusedAsync(Claims.Requests(2))).RetryAfter.Should().Be(Millisecond);
    }

    [Fact]
    public async Task a_claim_is_taken_whole_or_not_at_all()
    {
        var bench = await StartAsync();
        await bench.Counters.GrantedAsync(Claims.Requests(1, "narrow"));
        var both = Claims.Of(
            CounterEntry.OfWindow("wide", 10, 4, Claims.Minute), CounterEntry.OfWindow("narrow", 1, 1, Claims.Minute), CounterEntry.OfGauge("slots", 1));

        var refused = await bench.Counters.RefusedAsync(both);

        refused.By.Should().Be(1);
        refused.Figures[0].Should().Be(new CounterFigure(10, 10, TimeSpan.Zero, TimeSpan.Zero));
        (await bench.Counters.GrantedAsync(Claims.Of(CounterEntry.OfWindow("wide", 10, 10, Claims.Minute)))).Figures[0].Remaining.Should().Be(0);
        await bench.Counters.GrantedAsync(Claims.Streams(1, "slots"));
    }

    [Fact]
    public async Task the_entry_that_keeps_the_caller_waiting_longest_is_named()
    {
        var bench = await StartAsync();
        CounterClaim Three() => Claims.Of(
            CounterEntry.OfGauge("slots", 1),
            CounterEntry.OfWindow("long", 1, 1, TimeSpan.FromHours(1)),
            CounterEntry.OfWindow("short", 1, 1, Claims.Minute));
        await bench.Counters.GrantedAsync(Three());

        var refused = await bench.Counters.RefusedAsync(Three());

        refused.By.Should().Be(1);
        refused.Figures[0].RetryAfter.Should().Be(ICounters.GaugeRetry);
        refused.Figures[2].RetryAfter.Should().Be(Claims.Minute);
    }

    [Fact]
    public async Task a_reservation_that_was_too_large_is_taken_back()
    {
        var bench = await StartAsync();
        var granted = await bench.Counters.GrantedAsync(Tokens(1000, 900));
        await bench.Counters.RefusedAsync(Tokens(1000, 200));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(10));

        await bench.Counters.SettleAsync(granted.Ticket, new long[] { 100 });

        (await bench.Counters.GrantedAsync(Tokens(1000, 200))).Figures[0].Remaining.Should().Be(700);
    }

    [Fact]
    public async Task a_reservation_that_has_left_the_window_takes_nothing_from_others()
    {
        var bench = await StartAsync();
        var old = await bench.Counters.GrantedAsync(Tokens(1000, 900));
        await bench.AdvanceAsync(Claims.Minute);
        await bench.Counters.GrantedAsync(Tokens(1000, 400));

        await bench.Counters.SettleAsync(old.Ticket, new long[] { 0 });

        (await bench.Counters.GrantedAsync(Tokens(1000, 0))).Figures[0].Remaining.Should().Be(600);
    }

    [Fact]
    public async Task what_was_used_beyond_the_reservation_counts_and_may_pass_the_limit()
    {
        var bench = await StartAsync();
        var granted = await bench.Counters.GrantedAsync(Tokens(1000, 0));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(30));

        await bench.Counters.SettleAsync(granted.Ticket, new long[] { 5000 });

        (await bench.Counters.RefusedAsync(Tokens(1000, 0))).Figures[0].Should().Be(new CounterFigure(1000, 0, Claims.Minute, Claims.Minute));
    }

    [Fact]
    public async Task a_cost_of_nothing_is_granted_until_the_window_is_used_up()
    {
        var bench = await StartAsync();
        await bench.Counters.GrantedAsync(Tokens(10, 9));
        await bench.Counters.GrantedAsync(Tokens(10, 0));
        await bench.Counters.GrantedAsync(Tokens(10, 1));

        await bench.Counters.RefusedAsync(Tokens(10, 0));
    }

    [Fact]
    public async Task a_ticket_settles_once()
    {
        var bench = await StartAsync();
        var granted = await bench.Counters.GrantedAsync(Tokens(1000, 100));

        await bench.Counters.SettleAsync(granted.Ticket, new long[] { 300 });
        await bench.Counters.SettleAsync(granted.Ticket, new long[] { 300 });

        (await bench.Counters.GrantedAsync(Tokens(1000, 0))).Figures[0].Remaining.Should().Be(700);
    }

    [Fact]
    public async Task a_slot_is_held_until_it_is_settled()
    {
        var bench = await StartAsync();
        var first = await bench.Counters.GrantedAsync(Claims.Streams(2));
        var second = await bench.Counters.GrantedAsync(Claims.Streams(2));
        second.Figures[0].Remaining.Should().Be(0);
        var refused = await bench.Counters.RefusedAsync(Claims.Streams(2));
        refused.RetryAfter.Should().Be(ICounters.GaugeRetry);

        await bench.Counters.SettleAsync(first.Ticket, new long[] { 0 });

        await bench.Counters.GrantedAsync(Claims.Streams(2));
        await bench.Counters.RefusedAsync(Claims.Streams(2));
    }

    [Fact]
    public async Task a_permit_has_one_slot_however_often_it_asks()
    {
        var bench = await StartAsync();
        var claim = Claims.Streams(1);
        await bench.Counters.GrantedAsync(claim);

        (await bench.Counters.GrantedAsync(claim)).Figures[0].Remaining.Should().Be(0);
    }

    [Fact]
    public async Task exactly_the_limit_is_granted_to_parallel_callers()
    {
        var bench = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ =>
            Task.Factory.StartNew(() => bench.Counters.IsGrantedAsync(Claims.Requests(100)), CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default).Unwrap()));

        answers.Count(granted => granted).Should().Be(100);
    }

    [Fact]
    public async Task keys_do_not_know_each_other()
    {
        var bench = await StartAsync();
        await bench.Counters.GrantedAsync(Claims.Requests(1, "a"));

        await bench.Counters.GrantedAsync(Claims.Requests(1, "b"));
    }

    [Fact]
    public async Task a_limit_may_change_between_requests()
    {
        var bench = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await bench.Counters.GrantedAsync(Claims.Requests(5));
        }

        (await bench.Counters.RefusedAsync(Claims.Requests(3))).Figures[0].Remaining.Should().Be(0);
        (await bench.Counters.GrantedAsync(Claims.Requests(6))).Figures[0].Remaining.Should().Be(0);
    }

    private static CounterClaim Tokens(long limit, long cost) => Claims.Of(CounterEntry.OfWindow("tokens", limit, cost, Claims.Minute));
}

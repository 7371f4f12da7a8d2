using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

public class FailureBreakerTests
{
    private readonly BreakerWorld _world = new();

    [Fact]
    public void four_failures_leave_it_closed_and_the_fifth_opens_it_for_thirty_seconds()
    {
        _world.Calls(4, BreakerWorld.Error);
        _world.State().Should().Be(CircuitState.Closed);

        _world.Call(BreakerWorld.Error);

        _world.Refuse().Should().Be(new BreakerEntry.Refused(TimeSpan.FromSeconds(30), BreakerScope.Model));
    }

    [Fact]
    public void a_success_in_between_starts_the_count_again()
    {
        _world.Calls(4, BreakerWorld.Error);
        _world.Call(BreakerWorld.Ok);
        _world.Calls(4, BreakerWorld.Error);

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void failures_count_in_a_row_however_far_apart_they_are()
    {
        for (var i = 0; i < 5; i++)
        {
            _world.Call(BreakerWorld.Error);
            _world.Wait(300);
        }

        _world.Log.Ids.Should().Contain(4101);
    }

    [Fact]
    public void an_open_model_leaves_the_other_model_and_the_other_upstream_alone()
    {
        _world.OpenByFailures();

        _world.Call(BreakerWorld.Ok, BreakerWorld.B);
        _world.Breakers.Enter("other.example", BreakerWorld.A).Should().BeOfType<BreakerEntry.Allowed>();
        _world.Refuse();
        _world.State(null).Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void a_storm_of_rate_limits_never_opens_it()
    {
        _world.Calls(10_000, OutcomeOf.Response(429, "rate_limit_error"));

        _world.State().Should().Be(CircuitState.Closed);
        _world.Of(BreakerWorld.A).FailureCount.Should().Be(0);
    }

    [Fact]
    public void a_thousand_client_aborts_never_open_it()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _world.Call(OutcomeOf.ClientAbort(answered: i % 2 == 0));
            _world.Stream(OutcomeOf.ClientAbort(answered: true));
        }

        _world.State().Should().Be(CircuitState.Closed);
        _world.State(null).Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void neutral_ends_neither_add_to_the_failures_nor_forgive_them()
    {
        _world.Calls(4, BreakerWorld.Error);
        _world.Calls(100, OutcomeOf.ClientAbort(answered: false));
        _world.Call(BreakerWorld.Error);

        _world.Refuse();
    }

    [Fact]
    public void refused_credentials_of_ours_are_not_the_models_failure()
    {
        _world.Calls(100, OutcomeOf.Response(401, "authentication_error"));
        _world.Calls(100, OutcomeOf.Response(403, "permission_error"));

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void a_bad_request_is_a_success_of_the_upstream()
    {
        _world.Calls(4, BreakerWorld.Error);
        _world.Call(OutcomeOf.Response(400, "invalid_request_error"));

        _world.Of(BreakerWorld.A).FailureCount.Should().Be(0);
    }

    [Fact]
    public void streams_that_all_begin_well_and_are_all_cut_open_it()
    {
        for (var i = 0; i < 5; i++)
        {
            _world.Stream(BreakerWorld.Cut);
        }

        _world.Refuse();
    }

    [Fact]
    public void streams_cut_while_newer_ones_keep_beginning_open_it()
    {
        var running = new Queue<BreakerTicket>();
        for (var i = 0; i < 8; i++)
        {
            var ticket = _world.Admit();
            ticket.ReportFirstByte();
            running.Enqueue(ticket);
        }

        for (var i = 0; i < 5; i++)
        {
            running.Dequeue().Complete(BreakerWorld.Cut);
        }

        _world.Refuse();
    }

    [Fact]
    public void rare_failures_among_long_streams_that_run_well_do_not_open_it()
    {
        for (var i = 0; i < 100; i++)
        {
            _world.Admit().ReportFirstByte();
            if (i % 10 == 0)
            {
                _world.Call(BreakerWorld.Error);
            }
        }

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void completing_twice_counts_once()
    {
        for (var i = 0; i < 4; i++)
        {
            var ticket = _world.Admit();
            ticket.Complete(BreakerWorld.Error);
            ticket.Complete(BreakerWorld.Error);
            ticket.ReportFirstByte();
            ticket.Dispose();
        }

        _world.Of(BreakerWorld.A).FailureCount.Should().Be(4);
    }

    [Fact]
    public void calls_admitted_before_it_opened_say_nothing_about_the_time_after_it_closed()
    {
        var old = Enumerable.Range(0, 20).Select(_ => _world.Admit()).ToList();
        _world.OpenByFailures();
        _world.Wait(30);
        _world.Call(BreakerWorld.Ok);
        _world.Wait(1);
        _world.Call(BreakerWorld.Ok);

        old.ForEach(t => t.Complete(BreakerWorld.Error));

        _world.State().Should().Be(CircuitState.Closed);
        _world.Of(BreakerWorld.A).FailureCount.Should().Be(0);
    }

    [Fact]
    public void a_jump_of_the_wall_clock_does_not_end_the_pause()
    {
        var clock = new JumpingClock();
        var breaker = new CircuitBreaker(new BreakerOptions { FailuresToOpen = 1 }, clock, () => 0);
        breaker.Complete(breaker.Enter(), CallOutcome.Failure, answered: false);

        clock.Wall += TimeSpan.FromHours(1);

        breaker.Enter().RetryAfter.Should().Be(TimeSpan.FromSeconds(30));
    }

    private sealed class JumpingClock : TimeProvider
    {
        public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Wall;

        public override long GetTimestamp() => 0;
    }
}

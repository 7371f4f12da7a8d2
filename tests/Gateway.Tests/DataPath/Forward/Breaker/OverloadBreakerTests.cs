using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

public class OverloadBreakerTests
{
    private readonly BreakerWorld _world = new();

    [Fact]
    public void half_of_twenty_overloaded_answers_open_it()
    {
        _world.Calls(10, BreakerWorld.Ok);
        _world.Calls(9, BreakerWorld.Overloaded);
        _world.State().Should().Be(CircuitState.Closed);

        _world.Call(BreakerWorld.Overloaded);

        _world.State().Should().Be(CircuitState.Open);
        _world.Log.Ids.Should().Equal(4102);
    }

    [Fact]
    public void nineteen_calls_are_too_few()
    {
        _world.Calls(19, BreakerWorld.Overloaded);

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void less_than_half_is_too_little()
    {
        for (var i = 0; i < 100; i++)
        {
            _world.Calls(5, BreakerWorld.Ok);
            _world.Calls(4, BreakerWorld.Overloaded);
        }

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void answers_older_than_the_window_are_forgotten()
    {
        _world.Calls(15, BreakerWorld.Overloaded);
        _world.Wait(10);
        _world.Calls(15, BreakerWorld.Overloaded);

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void the_window_slides()
    {
        for (var i = 0; i < 4; i++)
        {
            _world.Calls(5, BreakerWorld.Overloaded);
            _world.Wait(2);
        }

        _world.Log.Ids.Should().Equal(4102);
    }

    [Fact]
    public void streams_that_run_well_count_as_answered_before_they_end()
    {
        for (var i = 0; i < 30; i++)
        {
            _world.Admit().ReportFirstByte();
        }

        _world.Calls(20, BreakerWorld.Overloaded);

        _world.State().Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void an_overloaded_error_in_mid_stream_counts()
    {
        for (var i = 0; i < 20; i++)
        {
            _world.Stream(OutcomeOf.Stream(StreamEnd.ErrorEvent, "overloaded_error"));
        }

        _world.State().Should().Be(CircuitState.Open);
    }

    [Fact]
    public void it_says_nothing_about_the_host_or_other_models()
    {
        _world.Calls(20, BreakerWorld.Overloaded);

        _world.Refuse().Which.Should().Be(BreakerScope.Model);
        _world.Call(BreakerWorld.Ok, BreakerWorld.B);
        _world.State(null).Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void the_pause_is_five_seconds_and_doubles_with_each_overloaded_probe_up_to_a_minute()
    {
        var pauses = new List<TimeSpan>();
        _world.Calls(20, BreakerWorld.Overloaded);
        for (var i = 0; i < 6; i++)
        {
            pauses.Add(_world.Refuse().RetryAfter);
            _world.Clock.Advance(pauses[^1]);
            _world.Call(BreakerWorld.Overloaded);
        }

        double[] longest = [5, 10, 20, 40, 60, 60];
        for (var i = 0; i < longest.Length; i++)
        {
            pauses[i].TotalSeconds.Should().BeInRange(longest[i] * 0.75, longest[i]);
        }
    }

    [Fact]
    public void jitter_takes_off_up_to_a_quarter()
    {
        new OverloadPause(new BreakerOptions(), () => 0).Next().Should().Be(TimeSpan.FromSeconds(5));
        new OverloadPause(new BreakerOptions(), () => 1).Next().Should().Be(TimeSpan.FromSeconds(3.75));
    }

    [Fact]
    public void after_it_closed_the_pause_starts_short_again()
    {
        _world.Calls(20, BreakerWorld.Overloaded);
        _world.Wait(5);
        _world.Call(BreakerWorld.Overloaded);
        _world.Wait(10);
        _world.Call(BreakerWorld.Ok);
        _world.Wait(1);
        _world.Call(BreakerWorld.Ok);

        _world.Calls(20, BreakerWorld.Overloaded);

        _world.Refuse().RetryAfter.Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void overload_is_no_failure_in_a_row_and_forgives_none()
    {
        _world.Calls(4, BreakerWorld.Error);
        _world.Calls(4, BreakerWorld.Overloaded);
        _world.Of(BreakerWorld.A).FailureCount.Should().Be(4);

        _world.Call(BreakerWorld.Error);

        _world.Log.Ids.Should().Equal(4101);
    }
}

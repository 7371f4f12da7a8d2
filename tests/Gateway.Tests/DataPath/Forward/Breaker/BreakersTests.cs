using System.Text.Json;
using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

public class BreakersTests
{
    [Fact]
    public void invented_model_names_do_not_make_it_grow()
    {
        var world = new BreakerWorld(o => o.MaxModels = 8);
        for (var i = 0; i < 1_000; i++)
        {
            world.Call(OutcomeOf.Response(404, "not_found_error"), $"claude-invented-{i}");
        }

        world.Breakers.Snapshots().Count(s => s.Model is not null).Should().Be(8);
    }

    [Fact]
    public void an_open_breaker_is_not_pushed_out_by_invented_names()
    {
        var world = new BreakerWorld(o => o.MaxModels = 8);
        world.OpenByFailures();
        for (var i = 0; i < 100; i++)
        {
            world.Call(BreakerWorld.Ok, $"claude-invented-{i}");
        }

        world.Refuse();
    }

    [Fact]
    public void the_least_recently_used_makes_room()
    {
        var world = new BreakerWorld(o => o.MaxModels = 2);
        world.Call(BreakerWorld.Ok, "claude-used-first");
        world.Wait(1);
        world.Call(BreakerWorld.Ok, "claude-used-again");
        world.Wait(1);
        world.Call(BreakerWorld.Ok, "claude-used-first");
        world.Wait(1);
        world.Call(BreakerWorld.Ok, "claude-new");

        world.Breakers.Snapshots().Select(s => s.Model).Should().Equal(null, "claude-new", "claude-used-first");
    }

    [Fact]
    public void when_all_are_open_a_further_model_still_gets_through_and_the_operator_is_told_once()
    {
        var world = new BreakerWorld(o => o.MaxModels = 2);
        world.OpenByFailures(BreakerWorld.A);
        world.OpenByFailures(BreakerWorld.B);

        world.Call(BreakerWorld.Ok, "claude-c");
        world.Call(BreakerWorld.Ok, "claude-d");

        world.Log.Ids.Should().Equal(4101, 4101, 4106);
    }

    [Fact]
    public void a_name_too_long_for_a_model_is_not_kept()
    {
        var world = new BreakerWorld();
        world.Call(BreakerWorld.Ok, new string('c', 100_000));

        world.Breakers.Snapshots().Should().OnlyContain(s => s.Model == null);
    }

    [Fact]
    public void idle_closed_breakers_are_forgotten_and_open_ones_are_not()
    {
        var world = new BreakerWorld(o => o.OpenDuration = TimeSpan.FromHours(1));
        world.Call(BreakerWorld.Ok, BreakerWorld.B);
        world.OpenByFailures(BreakerWorld.A);
        world.Wait(600);

        world.Breakers.Snapshots().Select(s => s.Model).Should().Equal(null, BreakerWorld.A);
    }

    [Fact]
    public void snapshots_tell_state_counts_and_next_attempt()
    {
        var world = new BreakerWorld();
        world.OpenByFailures();
        world.Wait(10);

        world.Of(BreakerWorld.A).Should().Be(new BreakerSnapshot(
            BreakerWorld.Upstream, BreakerWorld.A, CircuitState.Open, 5, 0, world.Clock.GetUtcNow().AddSeconds(20)));
    }

    [Fact]
    public void the_summary_is_the_worst()
    {
        var world = new BreakerWorld();
        BreakerSummary.WorstOf(world.Breakers.Snapshots()).Should().Be(new BreakerSummary(CircuitState.Closed, 0, 0, null));

        world.OpenByFailures(BreakerWorld.A);
        world.Wait(30);
        BreakerSummary.WorstOf(world.Breakers.Snapshots()).State.Should().Be(CircuitState.HalfOpen);

        world.OpenByFailures(BreakerWorld.B);
        BreakerSummary.WorstOf(world.Breakers.Snapshots())
            .Should().Be(new BreakerSummary(CircuitState.Open, 5, 0, world.Clock.GetUtcNow().AddSeconds(30)));
    }

    [Fact]
    public void states_are_written_as_the_old_proxy_wrote_them()
    {
        JsonSerializer.Serialize(new[] { CircuitState.Closed, CircuitState.HalfOpen, CircuitState.Open })
            .Should().Be("""["CLOSED","HALF_OPEN","OPEN"]""");
    }

    [Fact]
    public void a_reset_closes_one_breaker_and_calls_under_way_do_not_open_it_again()
    {
        var world = new BreakerWorld();
        world.OpenByFailures(BreakerWorld.B);
        var underWay = Enumerable.Range(0, 5).Select(_ => world.Admit()).ToList();
        world.OpenByFailures(BreakerWorld.A);

        world.Breakers.Reset(BreakerWorld.Upstream, BreakerWorld.A).Should().BeTrue();
        underWay.ForEach(t => t.Complete(BreakerWorld.Error));

        world.Of(BreakerWorld.A).Should().Be(new BreakerSnapshot(BreakerWorld.Upstream, BreakerWorld.A, CircuitState.Closed, 0, 0, null));
        world.Refuse(BreakerWorld.B);
        world.Breakers.Reset(BreakerWorld.Upstream, "claude-unknown").Should().BeFalse();
    }

    [Fact]
    public void a_reset_of_all_closes_models_and_hosts()
    {
        var world = new BreakerWorld();
        world.OpenByFailures(BreakerWorld.B);
        world.Calls(5, BreakerWorld.NoConnection);

        world.Breakers.ResetAll();

        world.Breakers.Snapshots().Should().OnlyContain(s => s.State == CircuitState.Closed && s.FailureCount == 0);
        world.Call(BreakerWorld.Ok, BreakerWorld.A);
        world.Call(BreakerWorld.Ok, BreakerWorld.B);
    }

    [Fact]
    public void the_defaults_are_valid_and_nonsense_is_refused()
    {
        var validator = new BreakerOptionsValidator();

        validator.Validate(null, new BreakerOptions()).Succeeded.Should().BeTrue();
        validator.Validate(null, new BreakerOptions { FailuresToOpen = 0 }).Failed.Should().BeTrue();
        validator.Validate(null, new BreakerOptions { OpenDuration = TimeSpan.Zero }).Failed.Should().BeTrue();
        validator.Validate(null, new BreakerOptions { OverloadMaxPause = TimeSpan.FromSeconds(1) }).Failed.Should().BeTrue();
    }
}

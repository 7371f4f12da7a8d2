using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

public class HostBreakerTests
{
    private readonly BreakerWorld _world = new();

    [Theory]
    [InlineData(TransportFailure.Dns)]
    [InlineData(TransportFailure.Connect)]
    [InlineData(TransportFailure.Tls)]
    public void five_failures_to_connect_over_different_models_close_the_door_for_all(object kind)
    {
        for (var i = 0; i < 5; i++)
        {
            _world.Call(OutcomeOf.Transport((TransportFailure)kind), $"claude-{i}");
        }

        _world.Refuse("claude-new").Should().Be(new BreakerEntry.Refused(TimeSpan.FromSeconds(30), BreakerScope.Host));
        _world.Refuse(null).Which.Should().Be(BreakerScope.Host);
    }

    [Theory]
    [InlineData(TransportFailure.ResetBeforeHeaders)]
    [InlineData(TransportFailure.HeaderTimeout)]
    [InlineData(TransportFailure.InvalidResponse)]
    public void a_host_that_took_the_connection_is_not_closed(object kind)
    {
        _world.Calls(5, OutcomeOf.Transport((TransportFailure)kind));

        _world.State().Should().Be(CircuitState.Open);
        _world.State(null).Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void any_answer_proves_the_host_well()
    {
        for (var i = 0; i < 20; i++)
        {
            _world.Call(BreakerWorld.NoConnection, $"claude-{i}");
            _world.Call(OutcomeOf.Response(500, null), $"claude-x-{i}");
        }

        _world.State(null).Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void a_refusal_by_the_host_does_not_use_up_the_models_probe()
    {
        _world.OpenByFailures();
        _world.Wait(29);
        for (var i = 0; i < 5; i++)
        {
            _world.Call(BreakerWorld.NoConnection, $"claude-{i}");
        }

        _world.Wait(1);
        _world.Refuse().Which.Should().Be(BreakerScope.Host);
        _world.Wait(29);

        _world.Admit();
    }

    [Fact]
    public void one_probe_serves_both_breakers_and_both_close()
    {
        _world.Calls(5, BreakerWorld.NoConnection);
        _world.Wait(30);

        using (var probe = _world.Admit())
        {
            _world.Refuse(BreakerWorld.B).Which.Should().Be(BreakerScope.Host);
            probe.ReportFirstByte();
            probe.Complete(BreakerWorld.Ok);
        }

        _world.Wait(1);
        _world.Call(BreakerWorld.Ok);

        _world.State().Should().Be(CircuitState.Closed);
        _world.State(null).Should().Be(CircuitState.Closed);
    }

    [Fact]
    public void a_client_that_leaves_before_an_answer_releases_the_hosts_probe_too()
    {
        _world.Calls(5, BreakerWorld.NoConnection);
        _world.Wait(30);
        _world.Call(OutcomeOf.ClientAbort(answered: false), BreakerWorld.B);
        _world.Wait(1);

        _world.Admit(BreakerWorld.B);
    }
}

using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage.Redis;

/// <summary>Redis away, frozen, flushed: each test has a server of its own to maltreat.</summary>
public sealed class RedisOutageTests : IAsyncLifetime
{
    private readonly RedisServer _server = new();
    private SharedGateway _first = null!;
    private SharedGateway _second = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _first = await SharedGateway.StartAsync(_server.Url);
        _second = await SharedGateway.StartAsync(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        // First: a connection waits for a server that is frozen.
        await _server.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task a_frozen_redis_holds_a_request_for_the_bound_and_the_next_not_at_all()
    {
        await _first.Counters.GrantedAsync(Claims.Requests(2));
        await _server.FreezeAsync();

        (await _first.TakePastTheBoundAsync(Claims.Requests(2))).Should().BeOfType<CounterAnswer.Granted>();

        var next = _first.Counters.TakeAsync(Claims.Requests(3), CancellationToken.None);
        next.IsCompletedSuccessfully.Should().BeTrue("Redis isn't asked again");
        (await next).Should().BeOfType<CounterAnswer.Granted>();
        await _first.Counters.RefusedAsync(Claims.Requests(3));
        _first.Counters.Health.Shared.Should().BeFalse();
        _first.Counters.Health.Warning.Should().Contain("didn't answer in time");
    }

    [Fact]
    public async Task a_redis_that_thaws_is_found_again_and_counts_what_reached_it_late()
    {
        await _server.FreezeAsync();
        await _first.TakePastTheBoundAsync(Claims.Requests(2));
        await _server.ThawAsync();
        await _first.RecoverAsync();

        _first.Counters.Health.IsOk.Should().BeTrue();
        (await _second.Counters.GrantedAsync(Claims.Requests(2))).Figures[0].Remaining.Should().Be(0);
    }

    [Fact]
    public async Task a_slot_taken_while_frozen_and_settled_meanwhile_comes_back_after_the_thaw()
    {
        await _server.FreezeAsync();
        var held = (CounterAnswer.Granted)await _first.TakePastTheBoundAsync(Claims.Streams(1));
        await _first.Counters.SettleAsync(held.Ticket, new long[] { 1 });
        await _server.ThawAsync();

        await _first.RecoverAsync();

        await _second.Counters.GrantedAsync(Claims.Streams(1));
    }

    [Fact]
    public async Task a_settlement_waits_for_the_bound_at_most_and_does_not_throw()
    {
        var held = await _first.Counters.GrantedAsync(Claims.Streams(1));
        await _server.FreezeAsync();

        var settle = _first.Counters.SettleAsync(held.Ticket, new long[] { 1 });
        settle.IsCompleted.Should().BeFalse();
        _first.Clock.Advance(_first.Timing.Bound);
        await settle;

        await _server.ThawAsync();
        await _first.RecoverAsync();
        await _second.Counters.GrantedAsync(Claims.Streams(1));
    }

    [Fact]
    public async Task a_settlement_during_an_outage_is_made_after_it()
    {
        CounterClaim Tokens(long cost) => Claims.Of(CounterEntry.OfWindow("tokens", 1000, cost, Claims.Minute));
        var large = await _first.Counters.GrantedAsync(Tokens(900));
        await _server.FreezeAsync();
        await _first.TakePastTheBoundAsync(Tokens(0));
        await _first.Counters.SettleAsync(large.Ticket, new long[] { 100 });
        await _server.ThawAsync();
        await _first.RecoverAsync();

        (await _second.Counters.GrantedAsync(Tokens(0))).Figures[0].Remaining.Should().Be(900);
    }

    [Fact]
    public async Task without_redis_each_gateway_holds_the_limit_alone()
    {
        await _server.KillAsync();

        for (var i = 0; i < 5; i++)
        {
            await _first.Counters.GrantedAsync(Claims.Requests(5));
            await _second.Counters.GrantedAsync(Claims.Requests(5));
        }

        await _first.Counters.RefusedAsync(Claims.Requests(5));
        await _second.Counters.RefusedAsync(Claims.Requests(5));
        _first.Counters.Health.Shared.Should().BeFalse();
    }

    [Fact]
    public async Task limits_are_shared_again_when_redis_is_back_and_its_loss_is_told_for_a_window()
    {
        await _first.Counters.GrantedAsync(Claims.Requests(5));
        await _server.KillAsync();
        await _first.Counters.TendAsync();
        _first.Counters.Health.Shared.Should().BeFalse();
        await _server.StartAsync();

        await _first.RecoverAsync();
        await _second.RecoverAsync();

        _first.Counters.Health.Warning.Should().Contain("lost");
        await _first.Counters.GrantedAsync(Claims.Requests(2, "after"));
        await _second.Counters.GrantedAsync(Claims.Requests(2, "after"));
        await _first.Counters.RefusedAsync(Claims.Requests(2, "after"));
        _first.Clock.Advance(Claims.Minute);
        _first.Counters.Health.IsOk.Should().BeTrue();
    }

    [Fact]
    public async Task a_flush_opens_no_gateways_limit_and_is_told_for_a_window()
    {
        await _first.Counters.GrantedAsync(Claims.Requests(2));
        await _first.Counters.GrantedAsync(Claims.Requests(2));
        await _server.SendAsync("FLUSHALL");

        await _first.Counters.RefusedAsync(Claims.Requests(2));
        await _first.Counters.TendAsync();

        _first.Counters.Health.Should().BeEquivalentTo(new { Shared = true, IsOk = false });
        _first.Counters.Health.Warning.Should().Contain("lost");
        _first.Clock.Advance(Claims.Minute);
        _first.Counters.Health.IsOk.Should().BeTrue();
    }

    [Fact]
    public async Task a_redis_that_takes_no_writes_is_no_redis()
    {
        await _server.SendAsync("CONFIG", "SET", "maxmemory", "1");

        await _first.Counters.GrantedAsync(Claims.Requests(1));
        await _first.Counters.RefusedAsync(Claims.Requests(1));

        _first.Counters.Health.Warning.Should().Contain("answered with an error");
        await _server.SendAsync("CONFIG", "SET", "maxmemory", "0");
        await _first.RecoverAsync();
    }

    [Fact]
    public async Task a_gateway_starts_without_redis()
    {
        await _server.KillAsync();
        await using var third = SharedGateway.NotConnected(_server.Url);

        await third.Counters.GrantedAsync(Claims.Requests(1));
        await third.Counters.TendAsync();
        third.Counters.Health.Shared.Should().BeFalse();

        await _server.StartAsync();
        await third.RecoverAsync();
        await _first.RecoverAsync();
        await third.Counters.GrantedAsync(Claims.Requests(1, "after"));
        await _first.Counters.RefusedAsync(Claims.Requests(1, "after"));
    }
}

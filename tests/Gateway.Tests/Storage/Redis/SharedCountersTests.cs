using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage.Redis;

public sealed class SharedCountersTests(RedisServer server) : IClassFixture<RedisServer>, IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString();
    private SharedGateway _first = null!;
    private SharedGateway _second = null!;

    public async ValueTask InitializeAsync()
    {
        _first = await SharedGateway.StartAsync(server.Url);
        _second = await SharedGateway.StartAsync(server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task two_gateways_grant_one_limit_to_two_hundred_parallel_callers()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            (i % 2 == 0 ? _first : _second).Counters.IsGrantedAsync(Claims.Requests(70, _key))));

        answers.Count(granted => granted).Should().Be(70);
        _first.Counters.Health.IsOk.Should().BeTrue();
    }

    [Fact]
    public async Task figures_are_those_of_all_gateways()
    {
        await _first.Counters.GrantedAsync(Claims.Requests(10, _key));
        await _first.Counters.GrantedAsync(Claims.Requests(10, _key));

        (await _second.Counters.GrantedAsync(Claims.Requests(10, _key))).Figures[0].Remaining.Should().Be(7);
    }

    [Fact]
    public async Task what_redis_refuses_is_given_back_here()
    {
        await _first.Counters.GrantedAsync(Claims.Requests(1, _key));
        (await _second.Counters.RefusedAsync(Claims.Requests(1, _key))).RetryAfter.Should().BeGreaterThan(TimeSpan.Zero);

        (await _second.Own.GrantedAsync(Claims.Requests(1, _key))).Figures[0].Remaining.Should().Be(0);
    }

    [Fact]
    public async Task tokens_are_settled_for_all_gateways()
    {
        CounterClaim Tokens(long cost) => Claims.Of(CounterEntry.OfWindow(_key, 1000, cost, Claims.Minute));
        var large = await _first.Counters.GrantedAsync(Tokens(800));
        await _second.Counters.RefusedAsync(Tokens(300));

        await _first.Counters.SettleAsync(large.Ticket, new long[] { 100 });
        var small = await _second.Counters.GrantedAsync(Tokens(300));
        await _second.Counters.SettleAsync(small.Ticket, new long[] { 950 });

        await _first.Counters.RefusedAsync(Tokens(0));
    }

    [Fact]
    public async Task a_slot_is_held_and_given_back_for_all_gateways()
    {
        var held = await _first.Counters.GrantedAsync(Claims.Streams(1, _key));
        await _second.Counters.RefusedAsync(Claims.Streams(1, _key));

        await _first.Counters.SettleAsync(held.Ticket, new long[] { 1 });

        await _second.Counters.GrantedAsync(Claims.Streams(1, _key));
    }

    [Fact]
    public async Task a_slot_is_renewed_while_its_permit_lives()
    {
        var held = await _first.Counters.GrantedAsync(Claims.Streams(1, _key));
        await server.SendAsync("DEL", "{latchkey}:g:" + _key);
        _first.Clock.Advance(_first.Timing.Renewal);

        await _first.Counters.TendAsync();

        await _second.Counters.RefusedAsync(Claims.Streams(1, _key));
        await _first.Counters.SettleAsync(held.Ticket, new long[] { 1 });
        await server.SendAsync("DEL", "{latchkey}:g:" + _key);
        _first.Clock.Advance(_first.Timing.Renewal);
        await _first.Counters.TendAsync();
        await _second.Counters.GrantedAsync(Claims.Streams(1, _key));
    }

    [Fact]
    public async Task a_ticket_settles_once()
    {
        var first = await _first.Counters.GrantedAsync(Claims.Of(CounterEntry.OfWindow(_key, 1000, 100, Claims.Minute)));

        await _first.Counters.SettleAsync(first.Ticket, new long[] { 300 });
        await _first.Counters.SettleAsync(first.Ticket, new long[] { 300 });

        (await _second.Counters.GrantedAsync(Claims.Of(CounterEntry.OfWindow(_key, 1000, 0, Claims.Minute)))).Figures[0].Remaining.Should().Be(700);
    }
}

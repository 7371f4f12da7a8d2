using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Forward;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

/// <summary>What a client's leaving means for its call upstream, decided once.</summary>
public sealed class DepartureTests : IDisposable
{
    private static readonly ApiRoute Messages = new("messages", "POST", "/v1/messages", RouteKind.Messages);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _client = new();
    private readonly Drains _drains;

    public DepartureTests() => _drains = Places(new AbortOptions { WhenClientLeaves = WhenClientLeaves.Drain, MaxDrains = 2 });

    public void Dispose() => _client.Dispose();

    [Fact]
    public void before_the_answer_has_begun_it_ends_the_call()
    {
        using var departure = _drains.Watch(Messages, _client.Token)!;

        _client.Cancel();

        departure.GiveUp.IsCancellationRequested.Should().BeTrue();
        departure.MayDrain();
        departure.Drains.Should().BeFalse("it was decided");
        _drains.Taken.Should().Be(0);
    }

    [Fact]
    public void after_that_the_rest_is_read_for_as_long_as_the_setting_says()
    {
        var departure = _drains.Watch(Messages, _client.Token)!;
        departure.MayDrain();

        _client.Cancel();

        departure.Drains.Should().BeTrue();
        _drains.Taken.Should().Be(1);
        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        departure.GiveUp.IsCancellationRequested.Should().BeFalse();
        _time.Advance(TimeSpan.FromTicks(1));
        departure.GiveUp.IsCancellationRequested.Should().BeTrue();
        departure.Dispose();
        departure.Dispose();
        _drains.Taken.Should().Be(0, "a place is given back once");
    }

    [Fact]
    public void a_client_that_leaves_with_the_whole_answer_leaves_nothing_to_read()
    {
        using var departure = _drains.Watch(Messages, _client.Token)!;
        departure.MayDrain();
        departure.NothingLeft();

        _client.Cancel();

        departure.GiveUp.IsCancellationRequested.Should().BeTrue();
        departure.Drains.Should().BeFalse();
    }

    [Fact]
    public void a_drain_that_turns_out_to_have_nothing_left_ends()
    {
        using var departure = _drains.Watch(Messages, _client.Token)!;
        departure.MayDrain();
        _client.Cancel();

        departure.NothingLeft();

        departure.GiveUp.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public void without_a_place_it_ends_the_call()
    {
        _drains.TryTake().Should().BeTrue();
        _drains.TryTake().Should().BeTrue();
        using var departure = _drains.Watch(Messages, _client.Token)!;
        departure.MayDrain();

        _client.Cancel();

        departure.GiveUp.IsCancellationRequested.Should().BeTrue();
        _drains.Taken.Should().Be(2);
    }

    [Fact]
    public void a_call_that_ends_by_itself_takes_no_place()
    {
        var departure = _drains.Watch(Messages, _client.Token)!;
        departure.MayDrain();
        departure.Dispose();

        _client.Cancel();

        _drains.Taken.Should().Be(0);
    }

    [Fact]
    public void by_default_and_for_what_costs_nothing_leaving_always_ends_the_call()
    {
        Places(new AbortOptions()).Watch(Messages, _client.Token).Should().BeNull();
        _drains.Watch(new ApiRoute("models.list", "GET", "/v1/models", RouteKind.Models), _client.Token).Should().BeNull();
    }

    [Fact]
    public void places_are_never_given_twice()
    {
        var taken = 0;
        Parallel.For(0, 10_000, _ =>
        {
            if (_drains.TryTake())
            {
                Interlocked.Increment(ref taken).Should().BeLessThanOrEqualTo(2);
                Interlocked.Decrement(ref taken);
                _drains.Return();
            }
        });

        _drains.Taken.Should().Be(0);
    }

    private Drains Places(AbortOptions options) => new(Options.Create(options), _time);
}

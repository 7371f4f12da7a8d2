using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

public sealed class ShippingStateTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ShippingTiming _timing = new();
    private readonly ShippingState _state;

    public ShippingStateTests() => _state = new ShippingState(_timing, _clock);

    [Fact]
    public void before_the_first_try_it_is_neither_there_nor_away()
    {
        _state.Answers.Should().BeFalse();
        _state.IsAway.Should().BeFalse();
        _state.Warning.Should().Contain("isn't connected yet");
    }

    [Fact]
    public void an_outage_is_news_once_and_so_is_its_end()
    {
        _state.Failed("it couldn't be reached").Should().BeTrue("it was never there");
        _state.Failed("it couldn't be reached").Should().BeFalse();
        _state.IsAway.Should().BeTrue();
        _state.Warning.Should().Contain("couldn't be reached");
        _state.Answered().Should().BeTrue();
        _state.Answered().Should().BeFalse();
        _state.Warning.Should().BeNull();
        _state.Failed("it didn't answer in time").Should().BeTrue();
    }

    [Fact]
    public void pauses_grow_to_two_seconds_and_no_further()
    {
        List<double> bounds = [];
        for (var i = 0; i < 8; i++)
        {
            _state.Failed("away");
            bounds.Add(_state.Pause(1).TotalMilliseconds);
            _state.Pause(0.5).TotalMilliseconds.Should().Be(bounds[^1] / 2);
        }

        bounds.Should().Equal(100, 200, 400, 800, 1600, 2000, 2000, 2000);
        _state.Answered();
        _state.Failed("away");
        _state.Pause(1).Should().Be(_timing.FirstPause);
    }

    [Fact]
    public void a_row_that_waits_for_more_than_a_minute_is_told()
    {
        _state.Answered();
        _state.Backlog = new ShipmentBacklog(3, Instants.Of(_clock.GetUtcNow()), 0);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _state.Warning.Should().BeNull();

        _clock.Advance(TimeSpan.FromSeconds(1));

        _state.Warning.Should().Contain("3 rows").And.Contain("61 s");
        _state.OldestAge.Should().Be(TimeSpan.FromSeconds(61));
    }

    [Fact]
    public void rows_that_are_refused_are_told()
    {
        _state.Answered();
        _state.Backlog = new ShipmentBacklog(0, null, 2);

        _state.Warning.Should().Contain("refuses 2 rows");
        _state.OldestAge.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void what_is_sent_again_begins_ten_minutes_before_the_last_success()
    {
        var resend = new Resend(_timing);
        resend.Begin(null);
        resend.IsPending.Should().BeFalse("nothing was ever sent");

        resend.Begin(3_600_000_000);

        resend.After.At.Should().Be(3_000_000_000 - 1);
        resend.Until.Should().Be(3_600_000_000);
        resend.Sent([Sent(1, 3_100_000_000), Sent(2, 3_200_000_000)], 2).Should().BeNull("there may be more");
        resend.After.Should().Be((3_200_000_000, 2));
        resend.Sent([Sent(3, 3_300_000_000)], 2).Should().Be(3);
        resend.IsPending.Should().BeFalse();
    }

    [Fact]
    public void an_outage_while_sending_again_forgets_nothing()
    {
        var resend = new Resend(_timing);
        resend.Begin(1_000_000_000);
        resend.Sent([Sent(1, 500_000_000)], 1);

        resend.Begin(9_000_000_000);

        resend.After.Should().Be((500_000_000, 1));
        resend.Until.Should().Be(9_000_000_000);
    }

    private static Shipment Sent(long seq, long at) => new(seq, ShipmentItem.Usage, $"req_{seq}", "settled", at, null);
}

using CsCheck;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;

namespace Latchkey.Gateway.Tests.Storage.Memory;

public sealed class MemoryCountersTests
{
    [Fact]
    public async Task any_sequence_of_steps_agrees_with_plain_arithmetic() =>
        await CounterSteps.Any.SampleAsync(plan => CounterSteps.HoldAsync(new MemoryBench(), plan, "any"), iter: 5_000);

    [Fact]
    public async Task idle_windows_are_dropped()
    {
        var bench = new MemoryBench();
        for (var device = 0; device < 10_000; device++)
        {
            await bench.Counters.GrantedAsync(Claims.Requests(100, $"device-{device}"));
        }

        bench.Memory.Count.Should().Be(10_000);
        await bench.AdvanceAsync(Claims.Minute);
        await bench.Counters.GrantedAsync(Claims.Requests(100, "busy"));
        await bench.AdvanceAsync(Claims.Minute);
        await bench.Counters.GrantedAsync(Claims.Requests(100, "busy"));

        bench.Memory.Count.Should().Be(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    [InlineData(59)]
    [InlineData(60)]
    public async Task a_window_outlives_every_clearing_until_it_is_empty(int takenAt)
    {
        var bench = new MemoryBench();
        for (var second = 0; second < takenAt + 60; second++)
        {
            await bench.Counters.GrantedAsync(Claims.Requests(1000, "busy"));
            if (second == takenAt)
            {
                await bench.Counters.GrantedAsync(Claims.Requests(1));
            }

            await bench.AdvanceAsync(TimeSpan.FromSeconds(second < takenAt + 59 ? 1 : 0.999));
        }

        await bench.Counters.RefusedAsync(Claims.Requests(1));
    }

    [Fact]
    public async Task an_empty_gauge_takes_no_room()
    {
        var bench = new MemoryBench();
        var granted = await bench.Counters.GrantedAsync(Claims.Streams(1));
        bench.Memory.Count.Should().Be(1);

        await bench.Counters.SettleAsync(granted.Ticket, new long[] { 0 });

        bench.Memory.Count.Should().Be(0);
    }

    [Fact]
    public async Task a_cancelled_request_takes_nothing()
    {
        var bench = new MemoryBench();
        var take = async () => await bench.Counters.TakeAsync(Claims.Requests(1), new CancellationToken(canceled: true));

        await take.Should().ThrowAsync<OperationCanceledException>();

        await bench.Counters.GrantedAsync(Claims.Requests(1));
    }

    [Fact]
    public void a_clock_that_goes_back_gives_neither_a_free_window_nor_an_endless_one()
    {
        var window = new SlidingWindow();
        window.Add(now: 1_000_000, window: 60_000, cost: 5);

        window.Advance(now: 10_000, window: 60_000);

        window.Used.Should().Be(5);
        window.RetryAfter(now: 10_000, window: 60_000, limit: 5, need: 1).Should().Be(60_000);
        window.Advance(now: 70_000, window: 60_000);
        window.Used.Should().Be(0);
    }

    [Theory]
    [InlineData(0, 0, 1000)]
    [InlineData(10, -1, 1000)]
    [InlineData(10, 11, 1000)]
    [InlineData(10, 1, 0)]
    public void an_entry_that_could_never_be_granted_is_not_made(long limit, long cost, int windowMillis)
    {
        var make = () => CounterEntry.OfWindow("key", limit, cost, TimeSpan.FromMilliseconds(windowMillis));

        make.Should().Throw<ArgumentOutOfRangeException>();
    }
}

using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Bookkeeping;

public class TallyLimitTests
{
    [Fact]
    public async Task old_rows_go_and_the_totals_stay()
    {
        await using var simulator = await RunningSimulator.StartAsync("--Simulator:KeepRows=3");
        for (var i = 0; i < 5; i++)
        {
            using var response = await simulator.PostAsync(RunningSimulator.Ask());
            await simulator.RowOf(response);
        }

        simulator.Tally.Rows().Select(row => row.Index).Should().Equal(3, 4, 5);
        simulator.Tally.Totals().Calls.Should().Be(5);
    }

    [Fact]
    public async Task two_simulators_share_nothing()
    {
        await using var one = await RunningSimulator.StartAsync();
        await using var other = await RunningSimulator.StartAsync();
        using var response = await one.PostAsync(RunningSimulator.Ask());
        await one.RowOf(response);

        one.Tally.Totals().Calls.Should().Be(1);
        other.Tally.Totals().Calls.Should().Be(0);
    }
}

using Latchkey.Client.Tests.Support;

namespace Latchkey.Client.Tests;

/// <summary>A desktop's clock is wrong now and then; the gateway's <c>Date</c> says what its tokens are worth.</summary>
public class ClockTests
{
    [Theory]
    [InlineData(-48)]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(48)]
    public async Task a_clock_that_is_wrong_by_hours_changes_nothing(int hours)
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.ClockAhead = TimeSpan.FromHours(hours);
        var client = desktop.Open();
        await client.StartAsync();
        client.Status.State.Should().Be(LatchkeyState.Ready);
        desktop.Time.Advance(TimeSpan.FromHours(20));
        (await desktop.Open().GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
        desktop.Gateway.Bootstraps.Should().HaveCount(1);

        desktop.Time.Advance(TimeSpan.FromHours(3.5));

        (await desktop.Open().GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
        desktop.Gateway.Refreshes.Should().HaveCount(1);
    }

    [Fact]
    public async Task a_clock_that_is_set_back_makes_the_token_due()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Open().GetAccessAsync();
        await using var earlier = await Desktop.StartAsync();
        foreach (var (name, value) in desktop.Secrets.Kept)
        {
            earlier.Secrets.Kept[name] = value;
        }

        earlier.Time.AdjustTime(earlier.Time.GetUtcNow().AddDays(-2));
        var client = earlier.Open(o => o.BootstrapUrl = desktop.Gateway.BootstrapUrl);

        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
    }
}

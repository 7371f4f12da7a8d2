using System.Net;
using Latchkey.Client.Tests.Support;

namespace Latchkey.Client.Tests;

public class FallbackTests
{
    private const string OwnKey = "sk-ant-api03-of-my-own";

    [Fact]
    public async Task without_a_gateway_one_s_own_key_is_used()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Gateway.VanishAsync();
        var client = desktop.Open(o => o.OwnKey = OwnKey);

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Direct);
        client.Status.Message.Should().Contain("can't be reached").And.Contain("your own key");
        client.Status.BaseUrl.Should().Be(new Uri("https://api.anthropic.com"));
        var access = await client.GetAccessAsync();
        access.IsDirect.Should().BeTrue();
        access.RevealKey().Should().Be(OwnKey);
        access.BaseAddress.Should().Be("https://api.anthropic.com");
    }

    [Fact]
    public async Task without_a_gateway_and_without_a_key_it_says_what_to_do()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Gateway.VanishAsync();
        var client = desktop.Open();

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Degraded);
        client.Status.Advice.Should().Contain("network");
        var call = async () => await client.GetAccessAsync();
        (await call.Should().ThrowAsync<LatchkeyException>()).Which.Message.Should().StartWith($"{desktop.Gateway.Address.Authority} can't be reached: no connection can be made.");
    }

    [Fact]
    public async Task a_start_without_network_goes_on_with_the_token_of_yesterday()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Open().GetAccessAsync();
        await desktop.Gateway.VanishAsync();
        desktop.Time.Advance(TimeSpan.FromHours(23));
        var client = desktop.Open();

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Degraded);
        client.Status.ExpiresAt.Should().NotBeNull();
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
        desktop.Time.Advance(TimeSpan.FromHours(1));
        var call = async () => await client.GetAccessAsync();
        await call.Should().ThrowAsync<LatchkeyException>();
    }

    [Fact]
    public async Task a_desktop_in_use_notices_within_six_seconds_that_its_gateway_is_gone_and_within_ten_that_it_is_back()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        await client.GetAccessAsync();
        await desktop.PassTimeUntilAsync(() => desktop.Gateway.HealthChecks >= 3);

        await desktop.Gateway.VanishAsync();
        var gone = desktop.Time.GetUtcNow();
        await desktop.PassTimeUntilAsync(() => client.Status.State == LatchkeyState.Degraded, TimeSpan.FromSeconds(0.5));
        (desktop.Time.GetUtcNow() - gone).Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(6));

        desktop.Time.Advance(TimeSpan.FromSeconds(30));
        await desktop.Gateway.ReturnAsync();
        var back = desktop.Time.GetUtcNow();
        await desktop.PassTimeUntilAsync(() => client.Status.State == LatchkeyState.Ready, TimeSpan.FromSeconds(0.5));
        (desktop.Time.GetUtcNow() - back).Should().BeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task direct_access_ends_when_the_gateway_is_back()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Gateway.VanishAsync();
        var client = desktop.Open(o => o.OwnKey = OwnKey);
        await client.StartAsync();

        await desktop.Gateway.ReturnAsync();
        await desktop.PassTimeUntilAsync(() => client.Status.State == LatchkeyState.Ready);

        (await client.GetAccessAsync()).IsDirect.Should().BeFalse();
    }

    [Fact]
    public async Task without_a_watch_direct_access_looks_for_the_gateway_by_itself()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Gateway.VanishAsync();
        var client = desktop.Open(o => o.OwnKey = OwnKey);
        (await client.GetAccessAsync()).IsDirect.Should().BeTrue();

        await desktop.Gateway.ReturnAsync();
        desktop.Time.Advance(TimeSpan.FromSeconds(6));

        (await client.GetAccessAsync()).IsDirect.Should().BeFalse();
    }

    [Fact]
    public async Task an_unhealthy_gateway_counts_as_gone()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.Health = HttpStatusCode.BadGateway;
        var client = desktop.Open(o => o.OwnKey = OwnKey);

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Direct);
        client.Status.Message.Should().Contain("it answers 502");
    }

    [Fact]
    public async Task a_gateway_that_refuses_this_device_is_no_reason_to_go_past_it()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.Forbidden, "{}");
        var client = desktop.Open(o => o.OwnKey = OwnKey);

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Degraded);
        var call = async () => await client.GetAccessAsync();
        await call.Should().ThrowAsync<LatchkeyException>();
    }

    [Fact]
    public async Task a_desktop_without_a_gateway_uses_one_s_own_key()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open(o => (o.Enabled, o.OwnKey) = (false, OwnKey));

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Disabled);
        (await client.GetAccessAsync()).RevealKey().Should().Be(OwnKey);
        desktop.Gateway.HealthChecks.Should().Be(0);
    }

    [Fact]
    public async Task a_desktop_with_nothing_says_what_to_set()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open(o => o.Enabled = false);
        var call = async () => await client.GetAccessAsync();

        (await call.Should().ThrowAsync<LatchkeyException>()).Which.Message.Should().Contain("PROXY_BOOTSTRAP_URL");
    }

    [Fact]
    public async Task a_key_that_is_kept_is_used_by_the_next_process_and_forgotten_when_told()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Gateway.VanishAsync();
        var client = desktop.Open();
        await client.KeepOwnKeyAsync(OwnKey);
        client.Status.State.Should().Be(LatchkeyState.Direct);

        var next = desktop.Open();
        (await next.GetAccessAsync()).RevealKey().Should().Be(OwnKey);
        await next.KeepOwnKeyAsync(null);

        next.Status.State.Should().Be(LatchkeyState.Degraded);
        desktop.Secrets.Kept.Should().BeEmpty();
    }

    [Fact]
    public async Task nothing_shows_a_key()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open(o => o.OwnKey = OwnKey);
        var token = await client.GetAccessAsync();
        await desktop.Gateway.VanishAsync();
        await client.StartAsync();

        $"{token} {await client.GetAccessAsync()} {client.Status}".Should().NotContain("token-1").And.NotContain(OwnKey);
    }
}

using System.Net;
using Latchkey.Client.Tests.Support;

namespace Latchkey.Client.Tests;

public class RenewalTests
{
    [Fact]
    public async Task a_token_with_less_than_an_hour_left_is_renewed_by_the_next_call()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.GetAccessAsync();

        desktop.Time.Advance(TimeSpan.FromHours(22.8));
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
        desktop.Time.Advance(TimeSpan.FromMinutes(13));
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");

        desktop.Gateway.Refreshes.Should().Equal(("token-1", ""));
        desktop.Gateway.Bootstraps.Should().HaveCount(1);
    }

    [Fact]
    public async Task the_watch_renews_without_any_call()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        var begun = desktop.Time.GetUtcNow();

        await desktop.PassTimeUntilAsync(() => !desktop.Gateway.Refreshes.IsEmpty, TimeSpan.FromMinutes(3));

        (desktop.Time.GetUtcNow() - begun).Should().BeGreaterThan(TimeSpan.FromHours(22.8)).And.BeLessThan(TimeSpan.FromHours(23.2));
        await desktop.PassTimeUntilAsync(() => client.Status is { State: LatchkeyState.Ready } && client.Status.ExpiresAt > begun.AddHours(40));
        desktop.States.Should().ContainInOrder(LatchkeyState.Ready, LatchkeyState.Refreshing, LatchkeyState.Ready);
    }

    [Fact]
    public async Task an_idle_desktop_asks_its_gateway_twice_an_hour()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        var begun = desktop.Time.GetUtcNow();
        var before = desktop.Gateway.HealthChecks;

        await desktop.PassTimeUntilAsync(() => desktop.Time.GetUtcNow() - begun >= TimeSpan.FromHours(4), TimeSpan.FromMinutes(2));

        (desktop.Gateway.HealthChecks - before).Should().BeInRange(6, 9);
    }

    [Fact]
    public async Task no_call_waits_while_the_watch_renews()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        var answer = new TaskCompletionSource();
        desktop.Gateway.TokensWait = answer.Task;
        await desktop.PassTimeUntilAsync(() => !desktop.Gateway.Refreshes.IsEmpty, TimeSpan.FromMinutes(5));

        client.Status.State.Should().Be(LatchkeyState.Refreshing);
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");

        answer.SetResult();
        await desktop.PassTimeUntilAsync(() => client.Status.State == LatchkeyState.Ready);
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
    }

    [Fact]
    public async Task a_refresh_that_is_refused_becomes_a_bootstrap()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.GetAccessAsync();
        desktop.Gateway.TakeBack();

        (await client.RefreshAsync()).State.Should().Be(LatchkeyState.Ready);

        desktop.Gateway.Refreshes.Should().HaveCount(1);
        desktop.Gateway.Bootstraps.Should().HaveCount(2);
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
    }

    [Fact]
    public async Task a_refresh_that_fails_is_no_bootstrap_and_the_token_at_hand_goes_on()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.GetAccessAsync();
        desktop.Gateway.RefreshAnswer = (HttpStatusCode.ServiceUnavailable, "{}");
        desktop.Time.Advance(TimeSpan.FromHours(23.5));

        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");

        desktop.Gateway.Bootstraps.Should().HaveCount(1);
        client.Status.State.Should().Be(LatchkeyState.Degraded);
        desktop.Gateway.RefreshAnswer = null;
        desktop.Time.Advance(TimeSpan.FromSeconds(10));
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
        client.Status.State.Should().Be(LatchkeyState.Ready);
    }

    [Fact]
    public async Task a_manual_refresh_renews_though_nothing_is_due()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();

        await client.RefreshAsync();

        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
    }

    [Fact]
    public async Task manual_refreshes_at_once_are_one()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        var answer = new TaskCompletionSource();
        desktop.Gateway.TokensWait = answer.Task;

        var all = Enumerable.Range(0, 20).Select(_ => client.RefreshAsync()).ToArray();
        answer.SetResult();
        await Task.WhenAll(all);

        desktop.Gateway.Refreshes.Should().HaveCount(1);
    }

    [Fact]
    public async Task a_refresh_token_renews_in_the_place_of_the_wrapper_token()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.RefreshToken = "family-1";
        var client = desktop.Open();
        await client.GetAccessAsync();

        await desktop.Open().RefreshAsync();

        desktop.Gateway.Refreshes.Should().Equal(("token-1", """{"refresh_token":"family-1"}"""));
    }

    [Fact]
    public async Task a_short_token_is_renewed_at_half_of_its_life()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.Lifetime = TimeSpan.FromSeconds(60);
        var client = desktop.Open();
        await client.GetAccessAsync();

        desktop.Time.Advance(TimeSpan.FromSeconds(26));
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
        desktop.Time.Advance(TimeSpan.FromSeconds(5));
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
    }

    [Fact]
    public async Task ten_processes_that_find_it_due_renew_it_once()
    {
        await using var desktop = await Desktop.StartAsync();
        var processes = Enumerable.Range(0, 10).Select(_ => desktop.Open()).ToArray();
        await desktop.PassTimeUntilDoneAsync(Task.WhenAll(processes.Select(p => p.GetAccessAsync().AsTask())));
        desktop.Gateway.Bootstraps.Should().HaveCount(1);

        desktop.Time.Advance(TimeSpan.FromHours(23.5));
        var accesses = await desktop.PassTimeUntilDoneAsync(Task.WhenAll(processes.Select(p => p.GetAccessAsync().AsTask())));

        accesses.Select(a => a.RevealKey()).Distinct().Should().Equal("sk-ant-proxy-token-2");
        desktop.Gateway.Refreshes.Should().HaveCount(1);
        desktop.Gateway.Bootstraps.Should().HaveCount(1);
    }

    [Fact]
    public async Task ten_processes_that_are_told_to_renew_at_once_renew_once()
    {
        await using var desktop = await Desktop.StartAsync();
        var processes = Enumerable.Range(0, 10).Select(_ => desktop.Open()).ToArray();
        await desktop.PassTimeUntilDoneAsync(Task.WhenAll(processes.Select(p => p.GetAccessAsync().AsTask())));

        await desktop.PassTimeUntilDoneAsync(Task.WhenAll(processes.Select(p => p.RefreshAsync())));

        desktop.Gateway.Refreshes.Should().HaveCount(1);
        (await Task.WhenAll(processes.Select(p => p.GetAccessAsync().AsTask()))).Select(a => a.RevealKey()).Distinct().Should().Equal("sk-ant-proxy-token-2");
    }
}

using System.Net;
using System.Text.Json;
using Latchkey.Client.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Client.Tests;

public class BootstrapTests
{
    [Fact]
    public async Task the_first_start_gets_a_token_and_says_ready()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open(o => (o.AppVersion, o.AppChannel, o.EnrollmentCode) = ("1.2", "beta", "code-1"));

        await client.StartAsync();

        client.Status.Should().BeEquivalentTo(new
        {
            State = LatchkeyState.Ready,
            Message = "Proxy is healthy and ready",
            Advice = (string?)null,
            ExpiresAt = desktop.Time.GetUtcNow().AddHours(24),
        });
        desktop.States.Should().Equal(LatchkeyState.Bootstrapping, LatchkeyState.Ready);
        var access = await client.GetAccessAsync();
        access.RevealKey().Should().Be("sk-ant-proxy-token-1");
        access.BaseAddress.Should().Be(desktop.Gateway.Address.AbsoluteUri.TrimEnd('/'));
        var asked = JsonDocument.Parse(desktop.Gateway.Bootstraps.Single()).RootElement;
        asked.GetProperty("device_id").GetString().Should().Be(client.DeviceId).And.HaveLength(32);
        asked.GetProperty("app_version").GetString().Should().Be("1.2");
        asked.GetProperty("app_channel").GetString().Should().Be("beta");
        asked.GetProperty("enrollment_code").GetString().Should().Be("code-1");
    }

    [Fact]
    public async Task the_next_start_asks_for_nothing_but_health()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Open().StartAsync();

        var second = desktop.Open();
        await second.StartAsync();

        second.Status.State.Should().Be(LatchkeyState.Ready);
        desktop.Gateway.Bootstraps.Should().HaveCount(1);
        desktop.Gateway.Refreshes.Should().BeEmpty();
    }

    [Fact]
    public async Task a_token_in_the_store_is_had_without_asking_anybody()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Open().GetAccessAsync();
        await desktop.Gateway.VanishAsync();

        (await desktop.Open().GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
    }

    [Fact]
    public async Task two_gateways_have_two_tokens()
    {
        await using var desktop = await Desktop.StartAsync();
        await using var other = await ContractServer.StartAsync(desktop.Time);
        await desktop.Open().GetAccessAsync();

        var there = await desktop.Open(o => o.BootstrapUrl = other.BootstrapUrl).GetAccessAsync();

        there.BaseAddress.Should().Be(other.Address.AbsoluteUri.TrimEnd('/'));
        (await desktop.Open().GetAccessAsync()).BaseAddress.Should().Be(desktop.Gateway.Address.AbsoluteUri.TrimEnd('/'));
        desktop.Secrets.Kept.Should().HaveCount(2);
    }

    [Fact]
    public async Task a_token_is_told_to_no_gateway_but_its_own_whatever_name_it_is_kept_under()
    {
        await using var desktop = await Desktop.StartAsync();
        await using var other = await ContractServer.StartAsync(desktop.Time);
        await desktop.Open().GetAccessAsync();
        var kept = desktop.Secrets.Kept.Values.Single();
        await desktop.Open(o => o.BootstrapUrl = other.BootstrapUrl).GetAccessAsync();
        foreach (var name in desktop.Secrets.Kept.Keys)
        {
            desktop.Secrets.Kept[name] = kept;
        }

        await desktop.Open(o => o.BootstrapUrl = other.BootstrapUrl).RefreshAsync();

        other.Refreshes.Should().BeEmpty();
        other.Bootstraps.Should().HaveCount(2);
    }

    [Fact]
    public async Task a_hundred_first_calls_at_once_bootstrap_once()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();

        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAccessAsync().AsTask()));

        all.Select(a => a.RevealKey()).Distinct().Should().Equal("sk-ant-proxy-token-1");
        desktop.Gateway.Bootstraps.Should().HaveCount(1);
    }

    [Fact]
    public async Task a_call_that_gives_up_takes_nothing_from_those_who_wait_behind_it()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        var answer = new TaskCompletionSource();
        desktop.Gateway.TokensWait = answer.Task;
        using var impatient = new CancellationTokenSource();
        var first = client.GetAccessAsync(impatient.Token).AsTask();
        await Eventually.SoAsync(() => !desktop.Gateway.Bootstraps.IsEmpty);
        var second = client.GetAccessAsync().AsTask();

        await impatient.CancelAsync();
        var giving = () => first;
        await giving.Should().ThrowAsync<OperationCanceledException>();
        answer.SetResult();

        (await second).RevealKey().Should().StartWith("sk-ant-proxy-token-");
    }

    [Theory]
    [InlineData("""{"detail": "This gateway asks for an enrolment code."}""", "This gateway asks for an enrolment code.")]
    [InlineData("""{"type": "error", "error": {"type": "permission_error", "message": "The device is revoked."}}""", "The device is revoked.")]
    [InlineData("<html>no</html>", "it answers 403.")]
    public async Task a_refusal_is_told_in_the_gateways_own_words(string body, string words)
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.Forbidden, body);
        var client = desktop.Open();

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Degraded);
        client.Status.Message.Should().Be($"{desktop.Gateway.Address.Authority} gives this device no token: {words}");
        client.Status.Advice.Should().NotBeNull();
        var call = async () => await client.GetAccessAsync();
        (await call.Should().ThrowAsync<LatchkeyException>()).Which.Message.Should().Contain(words);
    }

    [Fact]
    public async Task a_refusal_is_not_asked_about_again_by_every_call()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.Forbidden, "{}");
        var client = desktop.Open();
        for (var i = 0; i < 20; i++)
        {
            await Refused(client);
        }

        desktop.Gateway.Bootstraps.Should().HaveCount(1);
        desktop.Gateway.BootstrapAnswer = null;
        desktop.Time.Advance(TimeSpan.FromSeconds(6));
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
    }

    [Fact]
    public async Task after_a_refusal_the_watch_goes_on_asking_and_recovers()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.Forbidden, "{}");
        var client = desktop.Open();
        await client.StartAsync();

        desktop.Gateway.BootstrapAnswer = null;

        await desktop.PassTimeUntilAsync(() => client.Status.State == LatchkeyState.Ready, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task a_gateway_that_is_full_is_left_alone_as_long_as_it_asks_for()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.TooManyRequests, """{"detail": "Too many tokens for this address."}""");
        desktop.Gateway.RetryAfter = TimeSpan.FromSeconds(40);
        var client = desktop.Open();
        await client.StartAsync();
        client.Status.State.Should().Be(LatchkeyState.Degraded);
        client.Status.Message.Should().Contain("Too many tokens for this address");

        desktop.Gateway.BootstrapAnswer = null;
        var asked = desktop.Time.GetUtcNow();
        await desktop.PassTimeUntilAsync(() => client.Status.State == LatchkeyState.Ready);

        (desktop.Time.GetUtcNow() - asked).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(40));
    }

    [Theory]
    [InlineData("<html>Welcome to the hotel</html>")]
    [InlineData("{}")]
    [InlineData("""{"wrapper_token": "t", "proxy_base_url": "ftp://x", "expires_at": "2026-11-26T09:00:00.000Z"}""")]
    [InlineData("""{"wrapper_token": "t", "proxy_base_url": "http://x", "expires_at": "tomorrow"}""")]
    public async Task what_answers_but_is_no_gateway_counts_as_no_gateway(string body)
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.OK, body);
        var client = desktop.Open();

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Degraded);
        client.Status.Message.Should().Contain("what answers there isn't a gateway");
        desktop.Secrets.Kept.Should().BeEmpty();
    }

    [Fact]
    public async Task a_token_that_is_over_when_it_comes_is_not_taken()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.Lifetime = TimeSpan.Zero;
        var client = desktop.Open();

        await client.StartAsync();

        client.Status.Message.Should().Contain("its tokens are over when they come");
    }

    [Fact]
    public async Task without_a_store_the_token_lives_in_memory()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Secrets.Fails = true;
        var client = desktop.Open();

        await client.StartAsync();

        client.Status.State.Should().Be(LatchkeyState.Ready);
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-1");
    }

    [Fact]
    public async Task a_store_with_rubbish_in_it_is_overwritten()
    {
        await using var desktop = await Desktop.StartAsync();
        await desktop.Open().GetAccessAsync();
        desktop.Secrets.Kept[desktop.Secrets.Kept.Keys.Single()] = "{";

        (await desktop.Open().GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
        (await desktop.Open().GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
    }

    [Fact]
    public async Task forgotten_means_bootstrapped_again()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.GetAccessAsync();

        await client.ForgetAsync();

        desktop.Secrets.Kept.Should().BeEmpty();
        (await client.GetAccessAsync()).RevealKey().Should().Be("sk-ant-proxy-token-2");
        desktop.Gateway.Refreshes.Should().BeEmpty();
    }

    private static async Task Refused(LatchkeyClient client)
    {
        var call = async () => await client.GetAccessAsync();
        await call.Should().ThrowAsync<LatchkeyException>();
    }
}

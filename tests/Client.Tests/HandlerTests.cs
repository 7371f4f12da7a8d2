using System.Net;
using System.Text;
using Latchkey.Client.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Client.Tests;

public class HandlerTests
{
    private const string OwnKey = "sk-ant-api03-of-my-own";

    [Fact]
    public async Task a_call_goes_to_the_gateway_with_a_fresh_token_wherever_it_was_addressed()
    {
        await using var desktop = await Desktop.StartAsync();
        using var http = desktop.Open().CreateHttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://api.anthropic.com/v1/messages?beta=true") { Content = new StringContent("{}") };
        request.Headers.Add("x-api-key", "placeholder");

        using var response = await http.SendAsync(request);

        desktop.Gateway.Calls.Should().Equal(("/v1/messages?beta=true", "Bearer sk-ant-proxy-token-1", "", 200, "{}"));
    }

    [Fact]
    public async Task a_gateway_below_a_path_keeps_its_path()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.ProxyBaseUrl = $"{desktop.Gateway.Address}claude/";
        using var http = desktop.Open().CreateHttpClient();

        using var response = await http.GetAsync("/v1/models?limit=3");

        desktop.Gateway.Calls.Single().Path.Should().Be("/claude/v1/models?limit=3");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_401_is_answered_by_one_renewal_and_the_same_bytes_again(bool isStream)
    {
        await using var desktop = await Desktop.StartAsync();
        using var http = desktop.Open().CreateHttpClient();
        (await http.GetAsync("/v1/models")).Dispose();
        desktop.Gateway.TakeBack();
        var bytes = Encoding.UTF8.GetBytes("""{"model": "claude-sonnet-5-5"}""");
        using HttpContent content = isStream ? new StreamContent(new OneTimeStream(bytes)) : new ByteArrayContent(bytes);

        using var response = await http.PostAsync("/v1/messages", content);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        desktop.Gateway.Calls.TakeLast(2).Select(c => (c.Authorization, c.Status, c.Body)).Should().Equal(
            ("Bearer sk-ant-proxy-token-1", 401, Encoding.UTF8.GetString(bytes)),
            ("Bearer sk-ant-proxy-token-2", 200, Encoding.UTF8.GetString(bytes)));
    }

    [Fact]
    public async Task a_401_that_a_new_token_does_not_help_reaches_the_app()
    {
        await using var desktop = await Desktop.StartAsync();
        desktop.Gateway.ProxyBaseUrl = desktop.Gateway.Address.AbsoluteUri;
        using var http = desktop.Open().CreateHttpClient();
        (await http.GetAsync("/v1/models")).Dispose();
        desktop.Gateway.TakeBack();
        desktop.Gateway.Lifetime = TimeSpan.FromHours(1);
        desktop.Gateway.BootstrapAnswer = (HttpStatusCode.Forbidden, "{}");

        using var response = await http.GetAsync("/v1/models");

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        desktop.Gateway.Calls.Should().HaveCount(2);
    }

    [Fact]
    public async Task fifty_401s_at_once_renew_once()
    {
        await using var desktop = await Desktop.StartAsync();
        using var http = desktop.Open().CreateHttpClient();
        (await http.GetAsync("/v1/models")).Dispose();
        desktop.Gateway.TakeBack();

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => http.GetAsync("/v1/models")));

        all.Should().OnlyContain(r => r.StatusCode == HttpStatusCode.OK);
        desktop.Gateway.Bootstraps.Should().HaveCount(2);
    }

    [Fact]
    public async Task a_connection_that_cannot_be_made_goes_direct_at_once_where_there_is_a_key()
    {
        await using var desktop = await Desktop.StartAsync();
        await using var anthropic = await ContractServer.StartAsync(desktop.Time);
        var client = desktop.Open(o => (o.OwnKey, o.DirectBaseUrl) = (OwnKey, anthropic.Address));
        await client.StartAsync();
        using var http = client.CreateHttpClient();
        await desktop.Gateway.VanishAsync();

        using var response = await http.PostAsync("/v1/messages", new StringContent("{}"));

        anthropic.Calls.Should().Equal(("/v1/messages", "", OwnKey, 401, "{}"));
        client.Status.State.Should().Be(LatchkeyState.Direct);
    }

    [Fact]
    public async Task a_connection_that_cannot_be_made_is_told_in_words_for_the_person()
    {
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open();
        await client.StartAsync();
        using var http = client.CreateHttpClient();
        await desktop.Gateway.VanishAsync();

        var call = () => http.GetAsync("/v1/models");

        (await call.Should().ThrowAsync<LatchkeyException>()).Which.Status.State.Should().Be(LatchkeyState.Degraded);
    }

    [Fact]
    public async Task a_refusal_of_anthropic_itself_is_no_reason_to_renew()
    {
        await using var desktop = await Desktop.StartAsync();
        await using var anthropic = await ContractServer.StartAsync(desktop.Time);
        using var http = desktop.Open(o => (o.Enabled, o.OwnKey, o.DirectBaseUrl) = (false, OwnKey, anthropic.Address)).CreateHttpClient();

        using var response = await http.GetAsync("/v1/models");

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        anthropic.Calls.Should().HaveCount(1);
    }

    /// <summary>Can be read once, as a file or a pipe that somebody streams.</summary>
    private sealed class OneTimeStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}

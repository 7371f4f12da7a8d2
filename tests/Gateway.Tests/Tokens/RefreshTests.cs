using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Tokens;

public sealed class RefreshTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(time: _time);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task the_session_goes_on_with_a_new_token()
    {
        var first = await _gateway.TokenAsync("a-device-0001");
        _time.Advance(TimeSpan.FromHours(23));

        var (status, answer) = await RefreshAsync(first);

        status.Should().Be(HttpStatusCode.OK);
        answer.EnumerateObject().Select(p => p.Name).Should().Equal("wrapper_token", "proxy_base_url", "expires_at");
        var before = BootstrapTests.Claims(first);
        var after = BootstrapTests.Claims(answer.GetProperty("wrapper_token").GetString()!);
        after.GetProperty("device_id").GetString().Should().Be("a-device-0001");
        after.GetProperty("sid").GetString().Should().Be(before.GetProperty("sid").GetString());
        after.GetProperty("jti").GetString().Should().NotBe(before.GetProperty("jti").GetString());
        after.GetProperty("exp").GetInt64().Should().Be(before.GetProperty("exp").GetInt64() + (23 * 3600));
        using var call = await _gateway.Http.SendAsync(TestGateway.Call(answer.GetProperty("wrapper_token").GetString()!, "/v1/models"));
        call.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_lost_answer_costs_nothing()
    {
        var token = await _gateway.TokenAsync();

        (await RefreshAsync(token)).Status.Should().Be(HttpStatusCode.OK);
        (await RefreshAsync("sk-ant-proxy-" + token)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_token_just_run_out_is_renewed_and_an_old_one_isnt()
    {
        var token = await _gateway.TokenAsync();

        _time.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(58));
        using var call = await _gateway.Http.SendAsync(TestGateway.Call(token, "/v1/models"));
        call.StatusCode.Should().Be(HttpStatusCode.Unauthorized, "the grace is for renewing only");
        (await RefreshAsync(token)).Status.Should().Be(HttpStatusCode.OK);

        _time.Advance(TimeSpan.FromSeconds(3));
        var (status, problem) = await RefreshAsync(token);
        status.Should().Be(HttpStatusCode.Unauthorized);
        problem.GetProperty("detail").GetString().Should().Contain("/bootstrap");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData(TestGateway.OperatorKey)]
    [InlineData("sk-ant-proxy-")]
    public async Task what_isnt_a_token_renews_nothing(string credential)
    {
        var (status, _) = await RefreshAsync(credential);

        status.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task policy_of_today_rules_the_new_token()
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        string token;
        await using (var before = await TestGateway.StartAsync(dataDirectory: folder))
        {
            token = await before.TokenAsync();
        }

        await using (var after = await TestGateway.StartAsync([("Latchkey:Models:Allowed", "claude-haiku-4-5")], dataDirectory: folder))
        {
            using var response = await after.Http.SendAsync(TestGateway.Call(token, "/refresh", method: HttpMethod.Post));
            var renewed = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("wrapper_token").GetString()!;

            BootstrapTests.Claims(renewed).GetProperty("models").EnumerateArray().Select(m => m.GetString()).Should().Equal("claude-haiku-4-5");
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> RefreshAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/refresh");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await _gateway.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}

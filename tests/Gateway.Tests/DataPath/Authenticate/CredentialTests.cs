using System.Net;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Tests.DataPath.Authenticate;

/// <summary>Where a wrapper token may stand, and what two credentials mean (decision 3).</summary>
public sealed class CredentialTests(CredentialTests.Setup setup) : IClassFixture<CredentialTests.Setup>
{
    private const string OwnKey = "sk-ant-REDACTED";

    [Theory]
    [InlineData("Bearer {a}", null)]
    [InlineData("bearer {a}", null)]
    [InlineData("Bearer sk-ant-proxy-{a}", null)]
    [InlineData(null, "{a}")]
    [InlineData(null, "sk-ant-proxy-{a}")]
    [InlineData("Bearer {a}", "{a}")]
    [InlineData("Bearer {a}", "sk-ant-proxy-{a}")]
    [InlineData("Bearer {a}", OwnKey)]
    [InlineData("Bearer " + OwnKey, "{a}")]
    [InlineData("Bearer {a}", "sk-ant-proxy-nonsense")]
    [InlineData("Bearer {a}", "ey.nonsense.e")]
    [InlineData("Basic dXNlcg==", "{a}")]
    [InlineData("Bearer {a}", "{another of a}")]
    [InlineData("Bearer {expired b}", "{a}")]
    [InlineData("Bearer {a}", "")]
    public async Task exactly_one_identity_is_let_in(string? authorization, string? apiKey) =>
        (await CallAsync(authorization, apiKey)).Should().Be(HttpStatusCode.OK);

    [Theory]
    [InlineData("Bearer {a}", "{b}")]
    [InlineData("Bearer {b}", "sk-ant-proxy-{a}")]
    [InlineData("Bearer " + OwnKey, OwnKey)]
    [InlineData("Bearer {expired b}", "ey.nonsense.e")]
    [InlineData("{a}", null)]
    [InlineData("Basic {a}", null)]
    [InlineData("Bearer {a} {a}", null)]
    [InlineData("Bearer {a},Bearer {b}", null)]
    [InlineData("BearerX {a}", null)]
    [InlineData(null, "Bearer {a}")]
    [InlineData("Bearer SK-ANT-PROXY-{a}", null)]
    [InlineData("Bearer sk-ant-proxy-sk-ant-proxy-{a}", null)]
    public async Task two_identities_or_none_are_refused(string? authorization, string? apiKey) =>
        (await CallAsync(authorization, apiKey)).Should().Be(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task a_token_whose_keys_cant_be_had_is_kept_not_thrown_away()
    {
        var keys = new Forge.Ring();
        await using var gateway = await TestGateway.StartAsync(services: s => s.Replace(ServiceDescriptor.Singleton<IVerificationKeys>(keys)));
        var token = await gateway.TokenAsync();
        keys.Current = null;

        foreach (var path in new[] { "/v1/models", "/admin/stats" })
        {
            using var response = await gateway.Http.SendAsync(TestGateway.Call(token, path));

            response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable, path);
            response.Headers.RetryAfter.Should().NotBeNull();
        }

        using var refresh = await gateway.Http.SendAsync(TestGateway.Call(token, "/refresh", method: HttpMethod.Post));
        refresh.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);

        using var admin = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/stats"));
        admin.StatusCode.Should().Be(HttpStatusCode.OK, "operators need no signing key");
    }

    private async Task<HttpStatusCode> CallAsync(string? authorization, string? apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.Add("anthropic-version", "2023-06-01");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", setup.Fill(authorization));
        }

        if (apiKey is not null)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", setup.Fill(apiKey));
        }

        using var response = await setup.Gateway.Http.SendAsync(request);
        return response.StatusCode;
    }

    public sealed class Setup : IAsyncLifetime
    {
        private readonly Dictionary<string, string> _tokens = [];

        public TestGateway Gateway { get; private set; } = null!;

        public string Fill(string text) => _tokens.Aggregate(text, (filled, token) => filled.Replace($"{{{token.Key}}}", token.Value, StringComparison.Ordinal));

        public async ValueTask InitializeAsync()
        {
            var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
            Gateway = await TestGateway.StartAsync(time: time);
            _tokens["expired b"] = await Gateway.TokenAsync("a-device-000b");
            time.Advance(TimeSpan.FromHours(25));
            _tokens["a"] = await Gateway.TokenAsync("a-device-000a");
            _tokens["another of a"] = await Gateway.TokenAsync("a-device-000a");
            _tokens["b"] = await Gateway.TokenAsync("a-device-000b");
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}

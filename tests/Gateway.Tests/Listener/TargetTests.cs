using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Listener;

/// <summary>Path tricks over the wire: none of them may be answered with a 2xx, or reach the upstream; security.md, 3.2.</summary>
public sealed class TargetTests(TargetTests.Setup setup) : IClassFixture<TargetTests.Setup>
{
    [Theory]
    [InlineData("/v1/messages/../admin/stats")]
    [InlineData("/v1/messages/%2e%2e/%2e%2e/admin/stats")]
    [InlineData("/v1/messages/..%2fadmin/stats")]
    [InlineData("/%2fadmin/stats")]
    [InlineData("//admin/stats")]
    [InlineData("/./admin/stats")]
    [InlineData("/admin/stats/")]
    [InlineData("/ADMIN/stats")]
    [InlineData("/%61dmin/stats")]
    [InlineData("/admin/stats;x")]
    [InlineData("/healthz/..;/admin/stats")]
    [InlineData("/admin/stats%00")]
    [InlineData("/healthz\\..\\admin\\stats")]
    [InlineData("/healthz%5c..%5cadmin")]
    [InlineData("/healthz/%c0%ae%c0%ae/admin/stats")]
    [InlineData("/healthz/%252e%252e/admin/stats")]
    [InlineData("/healthz#/../admin/stats")]
    [InlineData("/healthz/\u00ff")]
    [InlineData("http://gw/admin/stats")]
    [InlineData("/V1/messages")]
    [InlineData("/v1//messages")]
    [InlineData("/v1/messages/")]
    [InlineData("/v1/models/..%2f..%2fadmin")]
    public async Task a_path_with_two_readings_is_refused(string target)
    {
        foreach (var credential in new[] { "", $"Authorization: Bearer {setup.Token}\r\n" })
        {
            var answer = await RawHttp.SendAsync(setup.Gateway.Address, $"GET {target} HTTP/1.1\r\nHost: gw\r\n{credential}\r\n");

            answer.Status.Should().Be(400, target);
        }

        setup.Gateway.Tally.Totals().Calls.Should().Be(0);
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: GET")]
    [InlineData("X-Original-URL: /healthz")]
    [InlineData("X-Rewrite-URL: /healthz")]
    [InlineData("X-Forwarded-Prefix: /healthz")]
    [InlineData("X-Forwarded-Host: localhost")]
    [InlineData("X-Forwarded-For: 127.0.0.1")]
    [InlineData("Forwarded: for=127.0.0.1")]
    [InlineData("X-Envoy-Original-Path: /healthz")]
    public async Task a_header_opens_no_endpoint(string header)
    {
        var answer = await RawHttp.SendAsync(setup.Gateway.Address, $"POST /admin/circuit-breaker/reset HTTP/1.1\r\nHost: gw\r\n{header}\r\nContent-Length: 0\r\n\r\n");

        answer.Status.Should().Be(401);
    }

    [Fact]
    public async Task a_path_is_not_a_url_with_its_query() =>
        (await RawHttp.SendAsync(setup.Gateway.Address, "GET /healthz?/../admin/stats HTTP/1.1\r\nHost: gw\r\n\r\n")).Status.Should().Be(200);

    [Fact]
    public async Task what_is_too_much_for_a_head_is_refused()
    {
        (await RawHttp.SendAsync(setup.Gateway.Address, $"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: gw\r\n\r\n")).Status.Should().Be(414);
        (await RawHttp.SendAsync(setup.Gateway.Address, $"GET /healthz HTTP/1.1\r\nHost: gw\r\nX-A: {new string('a', 40_000)}\r\n\r\n")).Status.Should().Be(431);
        (await RawHttp.SendAsync(setup.Gateway.Address, $"GET /healthz HTTP/1.1\r\nHost: gw\r\n{string.Concat(Enumerable.Repeat("X-A: b\r\n", 105))}\r\n"))
            .Status.Should().Be(431);
    }

    public sealed class Setup : IAsyncLifetime
    {
        public TestGateway Gateway { get; private set; } = null!;

        public string Token { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Gateway = await TestGateway.StartAsync();
            Token = await Gateway.TokenAsync();
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}

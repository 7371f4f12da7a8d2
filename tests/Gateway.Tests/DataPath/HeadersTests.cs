using System.Net;
using System.Text;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tests.DataPath;

public class HeadersTests(SharedWorld world) : IClassFixture<SharedWorld>
{
    private static readonly string[] Allowed =
    [
        "accept", "accept-encoding", "anthropic-version", "anthropic-beta", "content-length", "content-type", "host", "user-agent",
        "x-api-key", "x-app", "x-claude-code-session-id", "x-stainless-lang",
    ];

    [Fact]
    public async Task only_allowed_headers_go_upstream_with_the_one_master_key()
    {
        var call = Calls.Message(world.Token);
        call.Headers.TryAddWithoutValidation("x-api-key", world.Token);
        foreach (var (name, value) in new[]
        {
            ("accept", "application/json"), ("user-agent", "claude-cli/2.1.330 (external, sdk-cli)"), ("x-app", "cli"),
            ("x-claude-code-session-id", "11111111-2222-3333-4444-555555555555"), ("x-stainless-lang", "js"),
            ("anthropic-beta", "a-2026-01-01,b-2026-02-02 , c"), ("anthropic-beta", "d"),
            ("cookie", "session=secret"), ("x-forwarded-for", "10.1.2.3"), ("x-forwarded-host", "evil.example"), ("forwarded", "for=10.1.2.3"),
            ("x-real-ip", "10.1.2.3"), ("via", "1.1 proxy"), ("te", "trailers"), ("connection", "x-secret, keep-alive"), ("x-secret", "s"),
            ("x-custom-host", "evil.example"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("baggage", "user=me"),
            ("proxy-authorization", "Basic abc"), ("x-envoy-original-path", "/admin"), ("referer", "http://internal/"), ("expect", ""),
            ("accept-language", "de"), ("x-simulator-scenario", "status=500"), ("range", "bytes=0-1"), ("if-none-match", "x"),
        })
        {
            call.Headers.TryAddWithoutValidation(name, value);
        }

        var answer = await world.Gateway.SendAsync(call);

        answer.Status.Should().Be(HttpStatusCode.OK);
        var received = (await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken)).Request;
        received.Headers.Select(h => h.Key.ToLowerInvariant()).Distinct().Should().BeSubsetOf(Allowed);
        received.HeaderValues("x-api-key").Should().Equal(TestGateway.MasterKey);
        received.HeaderValues("authorization").Should().BeEmpty();
        received.HeaderValues("anthropic-version").Should().Equal("2023-06-01");
        string.Join("|", received.HeaderValues("anthropic-beta")).Should().BeOneOf("a-2026-01-01,b-2026-02-02 , c|d", "a-2026-01-01,b-2026-02-02 , c, d");
        received.HeaderValues("user-agent").Should().Equal("claude-cli/2.1.330 (external, sdk-cli)");
        received.HeaderValues("accept-encoding").Should().Equal("identity");
        received.HeaderValues("host").Should().Equal(world.Gateway.SimulatorAddress!.Authority);
    }

    [Theory]
    [InlineData("fine-grained-tool-streaming-2025-05-14")]
    [InlineData("a,b,,c")]
    [InlineData("  padded ,x  y", "padded ,x  y")]
    [InlineData("oauth-2025-04-20,interleaved-thinking-2025-05-14,claude-code-20250219;q=1 \"quoted\"")]
    public async Task the_beta_header_is_passed_as_it_was_written(string sent, string? expected = null)
    {
        var call = Calls.Message(world.Token);
        call.Headers.TryAddWithoutValidation("anthropic-beta", sent);

        var answer = await world.Gateway.SendAsync(call);

        var received = (await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken)).Request;
        received.HeaderValues("anthropic-beta").Should().Equal(expected ?? sent);
    }

    [Theory]
    [InlineData("")]
    [InlineData("echo-secrets")]
    [InlineData("echo-secrets status=429")]
    [InlineData("echo-secrets status=500")]
    [InlineData("status=400 x-should-retry=false retry-after=7 retry-after-ms=6500")]
    public async Task what_is_the_operators_stays_with_the_operator(string simulate)
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, simulate, stream: simulate == "echo-secrets"));

        var names = answer.Head.Headers.NonValidated.Concat(answer.Head.Content.Headers.NonValidated).Select(h => h.Key.ToLowerInvariant());
        names.Should().BeSubsetOf(
        [
            "content-type", "content-length", "transfer-encoding", "date", "request-id", "x-latchkey-request-id", "retry-after", "retry-after-ms",
            "x-should-retry", "cache-control", "x-content-type-options",
            "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset",
        ]);
        answer.Header("anthropic-ratelimit-requests-limit").Should().Be("1000000", "these are the caller's own figures");
        answer.Header("cache-control").Should().Be("no-store");
        answer.Header("x-content-type-options").Should().Be("nosniff");
        answer.Head.Headers.ToString().Should().NotContain(TestGateway.MasterKey).And.NotContain("canary");
        if (simulate.StartsWith("status=400", StringComparison.Ordinal))
        {
            answer.Header("retry-after").Should().Be("7");
            answer.Header("retry-after-ms").Should().Be("6500");
            answer.Header("x-should-retry").Should().Be("false");
        }
    }

    [Theory]
    [InlineData("echo-secrets status=401")]
    [InlineData("echo-secrets status=403")]
    public async Task an_answer_about_the_key_is_not_the_clients_to_read(string simulate)
    {
        await using var gateway = await TestGateway.StartAsync();

        var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync(), simulate));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        (answer.Head + answer.Text).Should().NotContain(TestGateway.MasterKey);
        gateway.Logs.Text.Should().NotContain(TestGateway.MasterKey);
    }

    [Fact]
    public async Task an_answer_without_an_id_gets_the_gateways()
    {
        var answer = await world.Gateway.SendAsync(Calls.Message(world.Token, "no-request-id"));

        answer.UpstreamId.Should().Be(answer.Id);
        (await world.Gateway.RowOfAsync(answer.Id))["upstream_request_id"].Should().BeNull();
    }

    [Theory]
    [InlineData("GET", "/v1/unknown", 404)]
    [InlineData("PUT", "/v1/messages", 405)]
    [InlineData("POST", "/v1/messages", 401)]
    [InlineData("GET", "/v1/models/../messages", 400)]
    [InlineData("GET", "/v1//messages", 400)]
    public async Task a_refusal_has_both_ids(string method, string path, int status)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, world.Gateway.Address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream());

        var answer = await reader.ReadToEndAsync();

        answer.Should().StartWith($"HTTP/1.1 {status} ");
        answer.Should().ContainEquivalentOf("\r\nrequest-id: ").And.ContainEquivalentOf("\r\nx-latchkey-request-id: ").And.Contain("\"request_id\":");
        answer.Should().NotContain("Server:");
    }

    [Fact]
    public async Task a_policy_refusal_has_both_ids()
    {
        var answer = await world.Gateway.SendAsync(TestGateway.Call(world.Token, "/v1/files"));

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.UpstreamId.Should().Be(answer.Id);
        answer.Text.Should().Contain(answer.Id);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task a_redirect_ends_here_and_the_other_host_hears_nothing(int status)
    {
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var answer = await world.Gateway.SendAsync(
            Calls.Message(world.Token, $"redirect={status} location=http://{other.LocalEndpoint}/v1/messages"));

        answer.Status.Should().Be(HttpStatusCode.BadGateway);
        answer.Text.Should().Contain("api_error");
        answer.Header("location").Should().BeNull();
        other.Pending().Should().BeFalse();
        var row = await world.Gateway.RowOfAsync(answer.Id);
        row.Number("status").Should().Be(502);
        row.Number("upstream_status").Should().Be(status);
        row["ending"].Should().Be("upstream_broke");
        row["fault"].Should().Be("upstream");
    }

    [Theory]
    [InlineData("base_url")]
    [InlineData("api_base")]
    [InlineData("upstream")]
    public async Task no_field_of_the_body_chooses_the_host(string field)
    {
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var body = TestGateway.Message().TrimEnd('}') + $",\"{field}\":\"http://{other.LocalEndpoint}\"}}";
        var call = TestGateway.Call(world.Token, "/v1/messages", body);
        call.Headers.TryAddWithoutValidation("x-upstream-host", other.LocalEndpoint.ToString());

        var answer = await world.Gateway.SendAsync(call);

        answer.Status.Should().Be(HttpStatusCode.OK);
        other.Pending().Should().BeFalse();
        var received = (await world.Gateway.Tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken)).Request;
        received.BodySha256.Should().Be(PieceByPieceContent.Sha256Of(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public async Task a_line_break_in_a_value_goes_nowhere()
    {
        // Over HTTP/2 the server lets them in, and HttpClient would write them out as lines of their own.
        var http = new DefaultHttpContext();
        http.Request.Headers["anthropic-beta"] = "a\r\nx-api-key: mine";
        http.Request.Headers["user-agent"] = "a\nb";
        http.Request.Headers["accept"] = "fine";
        http.Request.ContentType = "multipart/form-data; boundary=x\r\nx-api-key: mine";
        var (match, _) = new RoutePolicy(Options.Create(new AcceptOptions())).Find("POST", "/v1/files");
        using var request = new AcceptedRequest
        {
            Id = "id",
            StartedAt = default,
            StartedTicks = 0,
            Match = match!,
            Query = "",
            Address = null,
        };
        request.Body = await RequestBody.ReadAsync(new MemoryStream([1]), 1, 10, default);

        using var message = UpstreamRequest.Of(http.Request, request, Upstream.Parse("https://api.anthropic.com"));

        message.Headers.NonValidated.Select(h => h.Key.ToLowerInvariant()).Should().BeEquivalentTo("accept", "accept-encoding");
        message.Content!.Headers.NonValidated.Select(h => h.Key.ToLowerInvariant()).Should().NotContain("content-type");
    }
}

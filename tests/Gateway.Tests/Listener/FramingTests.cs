using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Listener;

/// <summary>Requests that two parsers could cut in different places; security.md, H1.</summary>
public sealed class FramingTests(FramingTests.Setup setup) : IClassFixture<FramingTests.Setup>
{
    private const string Json = """{"model":"claude-sonnet-5-5","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";
    private const string Chunked = "Transfer-Encoding: chunked\r\n";

    private static string AsChunk => $"{Json.Length:x}\r\n{Json}\r\n0\r\n\r\n";

    [Fact]
    public async Task a_chunked_body_passes() =>
        (await SendAsync(Chunked, AsChunk)).Status.Should().Be(200);

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n")]
    [InlineData("Transfer-Encoding: identity, chunked\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n")]
    public async Task a_body_with_two_ends_is_refused(string headers) => await ShouldBeRefusedAsync(headers, AsChunk, closes: true);

    [Theory]
    [InlineData("Content-Length: 90\r\nContent-Length: 90\r\n")]
    [InlineData("Content-Length: 90, 90\r\n")]
    [InlineData("Content-Length: \r\n")]
    [InlineData("Content-Length: -1\r\n")]
    [InlineData("Content-Length: 1_0\r\n")]
    [InlineData("Content-Length: 0x5a\r\n")]
    public async Task an_odd_length_is_refused(string headers) => await ShouldBeRefusedAsync(headers, Json, closes: true);

    [Theory]
    [InlineData("fffffffffffffffff\r\n")]
    [InlineData("10000000000000000\r\n")]
    [InlineData("0x5a\r\n")]
    [InlineData("-2\r\n")]
    [InlineData("5a\n")]
    [InlineData("5;ext\n")]
    [InlineData("\r\n")]
    [InlineData("zz\r\n")]
    public async Task a_malformed_chunk_is_refused(string size) => await ShouldBeRefusedAsync(Chunked, size + Json + "\r\n0\r\n\r\n", closes: true);

    [Theory]
    [InlineData("X-A: b\nX-C: d\r\n")]
    [InlineData("X-A: b\r\n folded\r\n")]
    [InlineData("X-A : b\r\n")]
    [InlineData("X-A: b\0c\r\n")]
    [InlineData("X-A: b\rc\r\n")]
    [InlineData("Host: two\r\n")]
    public async Task a_malformed_head_is_refused(string header) => await ShouldBeRefusedAsync(header + Chunked, AsChunk, closes: true);

    [Fact]
    public async Task http_1_0_knows_no_chunks()
    {
        var answer = await RawHttp.SendAsync(setup.Gateway.Address, Head("POST", "/v1/messages", "HTTP/1.0") + Chunked + "\r\n" + AsChunk);

        answer.Status.Should().Be(400);
        answer.Closes.Should().BeTrue();
    }

    [Theory]
    [InlineData("h2c", "Upgrade, HTTP2-Settings")]
    [InlineData("websocket", "Upgrade")]
    public async Task a_change_of_protocol_is_refused(string protocol, string connection) =>
        await ShouldBeRefusedAsync($"Upgrade: {protocol}\r\nConnection: {connection}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n{Chunked}", AsChunk, closes: true);

    [Theory]
    [InlineData("Host: gw/admin")]
    [InlineData("Host: gw#@x")]
    [InlineData("Host: gw?/healthz")]
    [InlineData("Host: a@b")]
    [InlineData("X-No-Host: gw")]
    public async Task a_host_that_isnt_one_is_refused(string host)
    {
        var answer = await RawHttp.SendAsync(setup.Gateway.Address, $"GET /healthz HTTP/1.1\r\n{host}\r\n\r\n");

        answer.Status.Should().Be(400);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("TRACE")]
    [InlineData("GE_T")]
    [InlineData("post")]
    public async Task a_method_is_what_it_says(string method)
    {
        foreach (var path in new[] { "/healthz", "/admin/stats", "/v1/models" })
        {
            var answer = await RawHttp.SendAsync(setup.Gateway.Address, Head(method, path) + "\r\n");

            answer.Status.Should().Be(405, "{0} {1}", method, path);
        }
    }

    [Fact]
    public async Task a_trailer_is_no_credential()
    {
        var answer = await RawHttp.SendAsync(
            setup.Gateway.Address,
            $"POST /v1/messages HTTP/1.1\r\nHost: gw\r\nTrailer: Authorization\r\nContent-Type: application/json\r\n{Chunked}\r\n"
            + $"{Json.Length:x}\r\n{Json}\r\n0\r\nAuthorization: Bearer {setup.Token}\r\n\r\n");

        answer.Status.Should().Be(401);
    }

    [Fact]
    public async Task a_request_smuggled_behind_another_is_not_answered()
    {
        // Whoever takes Content-Length for the end sees one request; whoever takes the chunks sees two.
        var answer = await SendAsync(
            "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: gw\r\n\r\n");

        answer.Status.Should().Be(400);
        answer.Closes.Should().BeTrue();
        answer.Body.Should().NotContain("200 OK");
    }

    private Task<RawAnswer> SendAsync(string headers, string body) =>
        RawHttp.SendAsync(setup.Gateway.Address, Head("POST", "/v1/messages") + headers + "\r\n" + body);

    private async Task ShouldBeRefusedAsync(string headers, string body, bool closes)
    {
        var before = setup.Gateway.Tally.Totals().Calls;

        var answer = await SendAsync(headers, body);

        answer.Status.Should().Be(400);
        answer.Closes.Should().Be(closes);
        setup.Gateway.Tally.Totals().Calls.Should().Be(before, "nothing of it may reach the upstream");
    }

    private string Head(string method, string path, string version = "HTTP/1.1") =>
        $"{method} {path} {version}\r\nHost: gw\r\nAuthorization: Bearer {setup.Token}\r\nanthropic-version: 2023-06-01\r\nContent-Type: application/json\r\n";

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

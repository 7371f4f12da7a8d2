using System.Net;
using System.Net.Http.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Listener;

public sealed class OriginTests
{
    private static readonly (string, string)[] OneOrigin = [("Latchkey:Listener:CorsOrigins", "https://app.example, http://localhost:5173")];

    [Fact]
    public async Task a_page_gets_nothing_when_no_origin_is_allowed()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var (method, path) in new[] { ("POST", "/bootstrap"), ("POST", "/refresh"), ("GET", "/healthz"), ("POST", "/v1/messages"), ("GET", "/admin/stats"), ("OPTIONS", "/bootstrap") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(new { device_id = "a-device-0001" }) };
            request.Headers.Add("Origin", "https://evil.example");
            request.Headers.Add("Access-Control-Request-Method", "POST");

            using var response = await gateway.Http.SendAsync(request);

            response.StatusCode.Should().Be(HttpStatusCode.Forbidden, "{0} {1}", method, path);
            response.Headers.Should().NotContain(h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("https://app.example.evil.example")]
    [InlineData("https://evil.example, https://app.example")]
    [InlineData("http://app.example")]
    [InlineData("https://app.example:8443")]
    public async Task an_origin_that_only_looks_allowed_is_refused(string origin)
    {
        await using var gateway = await TestGateway.StartAsync(OneOrigin);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bootstrap") { Content = JsonContent.Create(new { device_id = "a-device-0001" }) };
        request.Headers.Add("Origin", origin);

        using var response = await gateway.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task an_allowed_page_is_asked_first_and_then_served()
    {
        await using var gateway = await TestGateway.StartAsync(OneOrigin);
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/messages");
        preflight.Headers.Add("Origin", "https://app.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,anthropic-version");
        using var allowed = await gateway.Http.SendAsync(preflight);

        using var call = TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message());
        call.Headers.Add("Origin", "https://app.example");
        using var answer = await gateway.Http.SendAsync(call);

        allowed.StatusCode.Should().Be(HttpStatusCode.NoContent);
        allowed.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal("https://app.example");
        allowed.Headers.GetValues("Access-Control-Allow-Methods").Single().Should().Contain("POST");
        allowed.Headers.GetValues("Access-Control-Allow-Headers").Single().Should().Contain("authorization");
        allowed.Headers.Contains("Access-Control-Allow-Credentials").Should().BeFalse();
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        answer.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal("https://app.example");
        answer.Headers.GetValues("Access-Control-Expose-Headers").Single().Should().Contain("request-id");
    }

    [Fact]
    public async Task an_allowed_page_can_read_a_refusal()
    {
        await using var gateway = await TestGateway.StartAsync(OneOrigin);
        using var call = TestGateway.Call("none", "/v1/messages", TestGateway.Message());
        call.Headers.Add("Origin", "https://app.example");

        using var answer = await gateway.Http.SendAsync(call);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        answer.Headers.GetValues("Access-Control-Allow-Origin").Should().Equal("https://app.example");
    }

    [Fact]
    public async Task a_page_cannot_enrol_by_posting_plain_text()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "" })
        {
            using var content = new ByteArrayContent("""{"device_id":"a-device-0001"}"""u8.ToArray());
            content.Headers.TryAddWithoutValidation("Content-Type", type);

            using var response = await gateway.Http.PostAsync("/bootstrap", content);

            response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType, type);
        }
    }
}

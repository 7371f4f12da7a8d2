using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Listener;

public sealed class BodyLimitTests
{
    private const int Limit = 4096;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_body_over_the_limit_is_refused_by_name(bool chunked)
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Accept:MaxPayloadSize", "4096")]);
        using var call = TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message(new string('a', Limit)));
        call.Headers.TransferEncodingChunked = chunked;

        using var response = await gateway.Http.SendAsync(call);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        error.GetProperty("type").GetString().Should().Be("request_too_large");
        error.GetProperty("message").GetString().Should().Contain("4096").And.Contain("MAX_PAYLOAD_SIZE");
        gateway.Tally.Totals().Calls.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_body_of_exactly_the_limit_passes(bool chunked)
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Accept:MaxPayloadSize", "4096")]);
        var json = TestGateway.Message(new string('a', Limit - TestGateway.Message("").Length));
        json.Length.Should().Be(Limit);
        using var call = TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", json);
        call.Headers.TransferEncodingChunked = chunked;

        using var response = await gateway.Http.SendAsync(call);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task more_than_kestrels_own_limit_passes_when_ours_allows_it()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Accept:MaxPayloadSize", "33554432")]);
        using var call = TestGateway.Call(await gateway.TokenAsync(), "/v1/messages/count_tokens", TestGateway.Message(new string('a', 31_000_000)));

        using var response = await gateway.Http.SendAsync(call);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    public async Task a_compressed_body_is_refused(string encoding)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var call = TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message());
        call.Content!.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        using var bootstrap = new ByteArrayContent("""{"device_id":"a-device-0001"}"""u8.ToArray());
        bootstrap.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        bootstrap.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var response = await gateway.Http.SendAsync(call);
        using var enrolled = await gateway.Http.PostAsync("/bootstrap", bootstrap);

        response.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
        enrolled.StatusCode.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }
}

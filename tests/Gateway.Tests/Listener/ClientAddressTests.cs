using System.Net;
using System.Net.Http.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Listener;

/// <summary>Whose address a request has, seen through the limit of tokens an address.</summary>
public sealed class ClientAddressTests
{
    [Fact]
    public async Task a_stranger_cannot_choose_its_address()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:PerAddressPerMinute", "1")]);

        (await EnrolAsync(gateway, "203.0.113.1")).Should().Be(HttpStatusCode.OK);
        (await EnrolAsync(gateway, "203.0.113.2")).Should().Be(HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.0.0.0/8, 127.0.0.0/8")]
    public async Task a_trusted_proxy_says_whose_address_it_is(string trusted)
    {
        await using var gateway = await TestGateway.StartAsync(
            [("Latchkey:Tokens:PerAddressPerMinute", "1"), ("Latchkey:Listener:TrustedProxies", trusted)]);

        (await EnrolAsync(gateway, "203.0.113.1")).Should().Be(HttpStatusCode.OK);
        (await EnrolAsync(gateway, "203.0.113.2")).Should().Be(HttpStatusCode.OK);
        (await EnrolAsync(gateway, "203.0.113.1")).Should().Be(HttpStatusCode.TooManyRequests);

        // What the client wrote in front of what the proxy wrote is its own invention.
        (await EnrolAsync(gateway, "198.51.100.7, 203.0.113.1")).Should().Be(HttpStatusCode.TooManyRequests);
    }

    private static async Task<HttpStatusCode> EnrolAsync(TestGateway gateway, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bootstrap") { Content = JsonContent.Create(new { device_id = "a-device-0001" }) };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var response = await gateway.Http.SendAsync(request);
        return response.StatusCode;
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Nginx;

public class BehindNginxTests(NginxFront front) : IClassFixture<NginxFront>
{
    [Theory]
    [InlineData("1.1", 1)]
    [InlineData("1.1", 4)]
    [InlineData("1.1", 50)]
    [InlineData("2.0", 1)]
    [InlineData("2.0", 50)]
    public async Task the_client_has_each_event_while_the_upstream_still_holds_the_stream_open(string version, int events)
    {
        var device = $"nginx-device-{version}-{events}";
        var scenario = $"events=100 pings={version[0]} stall={events}";
        using var request = TestGateway.Call(
            await front.Gateway.TokenAsync(device), "/v1/messages", TestGateway.Message($"[simulate: {scenario}]", stream: true));

        request.Version = Version.Parse(version);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using (var response = await front.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            for (var received = 0; received < events; received += await lines.ReadLineAsync(patience.Token) is "" ? 1 : 0)
            {
            }

            front.Gateway.Tally.InFlight.Should().Be(1, "the upstream has said {0} events and waits", events);
        }

        var truth = await front.Gateway.Tally.WaitForAsync(row => row.Scenario == scenario, TestContext.Current.CancellationToken);
        truth.Should().Match<TallyRow>(row => row.Ending == Ending.ClientLeft && row.Events == events);
        await Eventually.TrueAsync(
            async () => (await front.Gateway.LedgerAsync()).Any(row => Equals(row["device_id"], device) && Equals(row["ending"], "client_gone")),
            "the gateway should see through nginx that the client has left");
    }

    [Fact]
    public async Task a_stream_arrives_byte_for_byte()
    {
        using var request = TestGateway.Call(
            await front.Gateway.TokenAsync(), "/v1/messages", TestGateway.Message("[simulate: content=thinking,text,tool_use garbage]", stream: true));

        using var response = await front.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        var received = Convert.ToHexStringLower(SHA256.HashData(await response.Content.ReadAsByteArrayAsync()));
        var truth = await front.Gateway.Tally.WaitForAsync(response.Headers.GetValues("request-id").Single(), TestContext.Current.CancellationToken);
        received.Should().Be(truth.ResponseSha256);
    }

    [Fact]
    public async Task a_stranger_gets_no_token()
    {
        using var bootstrap = await front.Http.PostAsJsonAsync("/bootstrap", new { device_id = "stranger-0001" });

        bootstrap.StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task a_body_of_the_largest_size_passes()
    {
        const int Limit = 33_554_432;
        var frame = TestGateway.Message("");
        var json = TestGateway.Message(new string('x', Limit - frame.Length));
        json.Should().HaveLength(Limit);
        using var request = TestGateway.Call(await front.Gateway.TokenAsync(), "/v1/messages", json);

        using var response = await front.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var truth = await front.Gateway.Tally.WaitForAsync(response.Headers.GetValues("request-id").Single(), TestContext.Current.CancellationToken);
        truth.Request.BodyBytes.Should().Be(Limit);
    }
}

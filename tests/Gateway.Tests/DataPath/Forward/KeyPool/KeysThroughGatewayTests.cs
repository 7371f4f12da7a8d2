using System.Net;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward.KeyPool;

public sealed class KeysThroughGatewayTests
{
    private const string First = "sk-ant-test-first-key-0123456789";
    private const string Second = "sk-ant-test-second-key-0123456789";
    private const string Both = First + "," + Second;

    [Fact]
    public async Task a_device_keeps_to_one_key_and_devices_share_both()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Upstream:ApiKeys", Both)]);
        var used = new Dictionary<string, string>();
        for (var device = 0; device < 24; device++)
        {
            var token = await gateway.TokenAsync($"sticky-device-{device:D4}");
            var keys = new HashSet<string>();
            for (var i = 0; i < 3; i++)
            {
                keys.Add(await KeyOfAsync(gateway.Tally, await gateway.SendAsync(Calls.Message(token))));
            }

            used[token] = keys.Should().ContainSingle().Subject;
        }

        used.Values.Distinct().Should().BeEquivalentTo(First, Second);
    }

    [Theory]
    [InlineData(First)]
    [InlineData(Second)]
    public async Task a_refused_key_is_replaced_within_the_same_request(string good)
    {
        await using var simulator = await StartAsync(good);
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Upstream:ApiKeys", Both)], upstream: new Uri(simulator.Urls.First()));
        var tally = simulator.Services.GetRequiredService<Tally>();
        for (var device = 0; device < 12; device++)
        {
            var answer = await gateway.SendAsync(Calls.Message(await gateway.TokenAsync($"some-device-{device:D4}"), stream: true));

            answer.Status.Should().Be(HttpStatusCode.OK);
            (await KeyOfAsync(tally, answer)).Should().Be(good);
        }

        tally.Rows().Count(r => r.Status == 401).Should().BeLessThanOrEqualTo(1, "the refused key rests");
        (await gateway.LedgerAsync(12)).Should().HaveCount(12).And.OnlyContain(r => (string?)r["ending"] == "completed" && (string?)r["quality"] == "actual");
    }

    [Fact]
    public async Task when_no_key_is_left_it_is_a_502_and_not_the_clients_401()
    {
        await using var simulator = await StartAsync("another-key");
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Upstream:ApiKeys", Both)], upstream: new Uri(simulator.Urls.First()));
        var token = await gateway.TokenAsync();

        for (var i = 0; i < 3; i++)
        {
            var answer = await gateway.SendAsync(Calls.Message(token));

            answer.Status.Should().Be(HttpStatusCode.BadGateway);
            answer.Text.Should().Contain("api_error");
            (await gateway.RowOfAsync(answer.Id))["fault"].Should().Be("gateway");
        }

        simulator.Services.GetRequiredService<Tally>().Rows().Should().HaveCount(2, "each key is tried once, then rests");
    }

    [Fact]
    public async Task a_429_with_an_end_rests_the_key_for_that_model_until_then()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Upstream:ApiKeys", Both)], time: time);
        var token = await gateway.TokenAsync();
        var usual = await KeyOfAsync(gateway.Tally, await gateway.SendAsync(Calls.Message(token)));
        gateway.Scenarios.Set("status=429 retry-after=20", times: 1);

        var limited = await gateway.SendAsync(Calls.Message(token));

        limited.Status.Should().Be(HttpStatusCode.OK, "the other key serves it");
        (await KeyOfAsync(gateway.Tally, limited)).Should().NotBe(usual);
        (await KeyOfAsync(gateway.Tally, await gateway.SendAsync(Calls.Message(token)))).Should().NotBe(usual);
        (await KeyOfAsync(gateway.Tally, await gateway.SendAsync(Calls.Message(token, model: "claude-haiku-5-5")))).Should().Be(usual);
        time.Advance(TimeSpan.FromSeconds(21));
        (await KeyOfAsync(gateway.Tally, await gateway.SendAsync(Calls.Message(token)))).Should().Be(usual);
    }

    [Fact]
    public async Task when_every_key_is_limited_the_client_is_told_when()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Upstream:ApiKeys", Both)], time: time);
        var token = await gateway.TokenAsync();
        gateway.Scenarios.Set("status=429 retry-after=20", times: 2);

        var relayed = await gateway.SendAsync(Calls.Message(token));
        var own = await gateway.SendAsync(Calls.Message(token));

        relayed.Status.Should().Be(HttpStatusCode.TooManyRequests);
        relayed.Header("retry-after").Should().Be("20");
        own.Status.Should().Be(HttpStatusCode.TooManyRequests);
        own.Header("retry-after").Should().Be("20");
        own.Text.Should().Contain("rate_limit_error");
        gateway.Tally.Rows().Should().HaveCount(2);
        (await gateway.RowOfAsync(own.Id))["ending"].Should().Be("no_key");
    }

    private static async Task<string> KeyOfAsync(Tally tally, Delivered answer)
    {
        var request = (await tally.WaitForAsync(answer.UpstreamId, TestContext.Current.CancellationToken)).Request;
        return request.CameWithKey(First) ? First : request.CameWithKey(Second) ? Second : "neither";
    }

    private static async Task<WebApplication> StartAsync(string acceptedKey)
    {
        var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0", "--Simulator:ApiKeys", acceptedKey]);
        await simulator.StartAsync();
        return simulator;
    }
}

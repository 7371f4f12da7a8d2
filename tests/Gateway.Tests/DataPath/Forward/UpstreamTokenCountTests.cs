using System.Text;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

/// <summary>The count of a message's input before it is sent, against what it then really uses.</summary>
public class UpstreamTokenCountTests
{
    private const string Counting = "/v1/messages/count_tokens";

    private static readonly ApiRoute Messages = new("messages", "POST", "/v1/messages", RouteKind.Messages);

    [Theory]
    [InlineData("""{"model":"claude-sonnet-5-5","max_tokens":50,"messages":[{"role":"user","content":"How much is two and two?"}]}""")]
    [InlineData("""{"messages":[{"role":"user","content":"Größe: 漢字"}],"stream":true,"metadata":{"user_id":"u"},"model":"claude-haiku-5-5","max_tokens":50,"system":[{"type":"text","text":"Be brief, be kind, be right.","cache_control":{"type":"ephemeral"}}],"tools":[{"name":"t","description":"Does a thing.","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"}}""")]
    [InlineData("""{"model":"claude-opus-5-5","max_tokens":2000,"thinking":{"type":"enabled","budget_tokens":1024},"messages":[{"role":"user","content":[{"type":"text","text":"Once more","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"text","text":"and again"}]}]}""")]
    public async Task the_count_is_the_input_that_the_message_then_uses(string message)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var request = await RequestAsync(message);

        var counted = await CountAsync(gateway, request);

        var sent = await gateway.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", message));
        var row = await gateway.RowOfAsync(sent.Id);
        counted.Should().BePositive().And.Be(row.Number("input_tokens") + row.Number("cache_creation_input_tokens") + row.Number("cache_read_input_tokens"));
    }

    [Fact]
    public async Task it_is_asked_with_the_devices_key_the_clients_version_and_betas_and_nothing_else_of_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var request = await RequestAsync(TestGateway.Message(), "?beta=true");
        var headers = Headers();
        headers["anthropic-beta"] = "effort-2025-11-24,context-1m-2025-08-07";
        headers["idempotency-key"] = "only-for-the-message";
        headers["authorization"] = "Bearer wrapper-token";

        await CountAsync(gateway, request, headers);

        var received = gateway.Tally.LastRequest!;
        received.PathAndQuery.Should().Be(Counting + "?beta=true");
        received.CameWithKey(TestGateway.MasterKey).Should().BeTrue();
        received.Headers.Select(h => (h.Key.ToLowerInvariant(), h.Value)).Should().BeEquivalentTo(
        [
            ("host", gateway.SimulatorAddress!.Authority),
            ("x-api-key", TestGateway.MasterKey),
            ("anthropic-version", "2023-06-01"),
            ("anthropic-beta", "effort-2025-11-24,context-1m-2025-08-07"),
            ("content-type", "application/json"),
            ("content-length", received.BodyBytes.ToString(provider: null)),
        ]);
    }

    [Theory]
    [InlineData("status=400")]
    [InlineData("status=404")]
    [InlineData("status=429 retry-after=30")]
    [InlineData("status=500")]
    [InlineData("status=502html")]
    [InlineData("status=529")]
    [InlineData("redirect=307")]
    [InlineData("reset-before-headers")]
    [InlineData("truncate")]
    [InlineData("truncate=0")]
    public async Task an_error_gives_none_and_changes_nothing_for_messages(string simulate)
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Scenarios.Set(simulate, path: Counting);
        using var request = await RequestAsync(TestGateway.Message());

        for (var i = 0; i < 10; i++)
        {
            (await CountAsync(gateway, request)).Should().BeNull();
        }

        gateway.Services.GetRequiredService<Breakers>().Snapshots().Should().BeEmpty();
        gateway.Services.GetRequiredService<UpstreamKeyPool>().Snapshots().Should().OnlyContain(key => key.State == KeyState.Ready && key.RateLimited.Count == 0);
        (await gateway.LedgerAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task a_refused_key_rests_as_after_any_call()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Scenarios.Set("status=401", path: Counting);
        using var request = await RequestAsync(TestGateway.Message());

        (await CountAsync(gateway, request)).Should().BeNull();
        (await CountAsync(gateway, request)).Should().BeNull();

        gateway.Services.GetRequiredService<UpstreamKeyPool>().Snapshots().Should().ContainSingle().Which.State.Should().Be(KeyState.Refused);
        gateway.Tally.Rows().Should().ContainSingle("a key that rests isn't asked with");
    }

    [Theory]
    [InlineData("first-byte-delay=3600000")]
    [InlineData("first-byte-delay=3600000 status=500")]
    public async Task an_upstream_that_hangs_gives_none_after_the_timeout(string simulate)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var gateway = await TestGateway.StartAsync(time: time);
        gateway.Scenarios.Set(simulate, path: Counting);
        using var request = await RequestAsync(TestGateway.Message());

        var counting = CountAsync(gateway, request);
        await gateway.Tally.WaitForArrivalAsync(_ => true, TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(1));
        counting.IsCompleted.Should().BeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));

        (await counting).Should().BeNull();
    }

    [Fact]
    public async Task a_client_that_leaves_isnt_waited_for()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Scenarios.Set("first-byte-delay=3600000", path: Counting);
        using var request = await RequestAsync(TestGateway.Message());
        using var leave = new CancellationTokenSource();

        var counting = CountAsync(gateway, request, cancellation: leave.Token);
        await gateway.Tally.WaitForArrivalAsync(_ => true, TestContext.Current.CancellationToken);
        await leave.CancelAsync();

        await counting.Invoking(c => c).Should().ThrowAsync<OperationCanceledException>();
    }

    private static Task<long?> CountAsync(
        TestGateway gateway, AcceptedRequest request, IHeaderDictionary? headers = null, CancellationToken cancellation = default) =>
        gateway.Services.GetRequiredService<ITokenCount>().CountAsync(Somebody(), request, headers ?? Headers(), cancellation).AsTask();

    private static HeaderDictionary Headers() => new() { ["anthropic-version"] = "2023-06-01" };

    private static async Task<AcceptedRequest> RequestAsync(string message, string query = "") => new()
    {
        Id = "req_lk_test",
        StartedAt = DateTimeOffset.UnixEpoch,
        StartedTicks = 0,
        Match = new RouteMatch(Messages, ResourceId: null),
        Query = query,
        Address = null,
        Body = await RequestBody.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(message)), declared: null, limit: 1 << 20, CancellationToken.None),
    };

    private static Caller Somebody() => new()
    {
        DeviceId = "test-device-0001",
        Models = ["claude-*"],
        TokenId = "token",
        SessionId = "session",
        ExpiresAt = DateTimeOffset.MaxValue,
    };
}

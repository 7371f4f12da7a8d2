using System.Text.Json;
using Latchkey.Gateway.Tests.Admin;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Tokens;

/// <summary>Tokens that are taken back: what they are worth from then on, and what comes after.</summary>
public sealed class RevocationTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, 250, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task a_revoked_device_gets_nothing_and_others_go_on()
    {
        string token, other;
        await using (var gateway = await StartAsync())
        {
            (token, other) = (await gateway.TokenAsync("a-device-0001"), await gateway.TokenAsync("a-device-0002"));
            (await gateway.CallAsync(token)).Should().Be(200);

            var answer = await gateway.DoAsync("/admin/devices/a-device-0001/revoke", "left the company");

            answer.GetProperty("state").GetString().Should().Be("revoked");
            answer.GetProperty("calls_cut").GetInt32().Should().Be(0);
            await ShouldBeStoppedAsync(gateway, token);
            (await gateway.CallAsync(other)).Should().Be(200);
            (await gateway.RefreshAsync(other)).Status.Should().Be(200);
        }

        await using var restarted = await StartAsync();
        await ShouldBeStoppedAsync(restarted, token);
        (await restarted.CallAsync(other)).Should().Be(200);
    }

    [Fact]
    public async Task revoking_twice_is_revoking_once()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");
        var first = await gateway.DoAsync("/admin/devices/a-device-0001/revoke", "the first reason");
        _time.Advance(TimeSpan.FromMinutes(1));

        var second = await gateway.DoAsync("/admin/devices/a-device-0001/revoke", "another reason");

        JsonElement.DeepEquals(first, second).Should().BeTrue();
        (await EventsAsync(gateway)).Should().Equal("""device.revoked {"device_id":"a-device-0001","state":"revoked","reason":"the first reason"}""");
        (await gateway.CallAsync(token)).Should().Be(401);
    }

    [Fact]
    public async Task a_revoked_device_that_is_activated_needs_a_new_token_and_can_use_it_at_once()
    {
        string old, young;
        await using (var gateway = await StartAsync())
        {
            old = await gateway.TokenAsync("a-device-0001");
            await gateway.DoAsync("/admin/devices/a-device-0001/revoke");

            // Within the same second.
            await gateway.DoAsync("/admin/devices/a-device-0001/activate");
            young = await gateway.TokenAsync("a-device-0001");

            (await gateway.CallAsync(old)).Should().Be(401);
            (await gateway.RefreshAsync(old)).Status.Should().Be(401);
            (await gateway.CallAsync(young)).Should().Be(200);
        }

        await using var restarted = await StartAsync();
        (await restarted.CallAsync(old)).Should().Be(401, "nor does a restart bring it back");
        (await restarted.CallAsync(young)).Should().Be(200);
    }

    [Fact]
    public async Task a_quarantined_device_goes_on_where_it_was_once_it_is_activated()
    {
        await using var gateway = await StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");

        await gateway.DoAsync("/admin/devices/a-device-0001/quarantine", "two networks at once");
        await ShouldBeStoppedAsync(gateway, token);
        await gateway.DoAsync("/admin/devices/a-device-0001/activate", "a VPN");

        (await gateway.CallAsync(token)).Should().Be(200);
        (await EventsAsync(gateway)).Should().Equal(
            """device.quarantined {"device_id":"a-device-0001","state":"quarantined","reason":"two networks at once"}""",
            """device.active {"device_id":"a-device-0001","state":"active","reason":"a VPN"}""");
    }

    [Fact]
    public async Task a_session_is_taken_back_alone()
    {
        string stolen, own;
        await using (var gateway = await StartAsync())
        {
            stolen = await gateway.TokenAsync("a-device-0001");
            own = await gateway.TokenAsync("a-device-0001");
            var session = BootstrapTests.Claims(stolen).GetProperty("sid").GetString()!;
            var renewed = (await gateway.RefreshAsync(stolen)).Answer.GetProperty("wrapper_token").GetString()!;

            (await gateway.DoAsync($"/admin/sessions/{session}/revoke")).ToString().Should().Be($$"""{"session_id":"{{session}}","calls_cut":0}""");
            await gateway.DoAsync($"/admin/sessions/{session}/revoke");

            (await gateway.CallAsync(stolen)).Should().Be(401);
            (await gateway.CallAsync(renewed)).Should().Be(401, "a session's later tokens are its tokens");
            (await gateway.RefreshAsync(renewed)).Status.Should().Be(401);
            (await gateway.CallAsync(own)).Should().Be(200);
            (await gateway.BootstrapAsync(new { device_id = "a-device-0001" })).Status.Should().Be(200);
            (await EventsAsync(gateway)).Should().Equal($$"""session.revoked {"session_id":"{{session}}","reason":"a test"}""");
        }

        await using var restarted = await StartAsync();
        (await restarted.CallAsync(stolen)).Should().Be(401);
        (await restarted.CallAsync(own)).Should().Be(200);
    }

    [Fact]
    public async Task all_tokens_are_taken_back_and_new_ones_are_good_at_once()
    {
        string old, young;
        await using (var gateway = await StartAsync())
        {
            old = await gateway.TokenAsync("a-device-0001");

            var answer = await gateway.DoAsync("/admin/tokens/revoke-all", "the secret leaked");

            answer.ToString().Should().Be("""{"not_before":"2026-11-25T12:00:01.000Z","calls_cut":0}""");
            young = await gateway.TokenAsync("a-device-0001");
            (await gateway.CallAsync(old)).Should().Be(401);
            (await gateway.RefreshAsync(old)).Status.Should().Be(401);
            (await gateway.CallAsync(young)).Should().Be(200);
            (await EventsAsync(gateway)).Should().Equal("""tokens.revoked {"not_before":"2026-11-25T12:00:01.000Z","reason":"the secret leaked"}""");
        }

        await using var restarted = await StartAsync();
        (await restarted.CallAsync(old)).Should().Be(401);
        (await restarted.CallAsync(young)).Should().Be(200);
    }

    [Fact]
    public async Task of_two_credentials_the_one_that_wasnt_taken_back_counts()
    {
        await using var gateway = await StartAsync();
        var (revoked, good) = (await gateway.TokenAsync("a-device-0001"), await gateway.TokenAsync("a-device-0002"));
        await gateway.DoAsync("/admin/devices/a-device-0001/revoke");
        using var call = TestGateway.Call(revoked, "/v1/models");
        call.Headers.Add("x-api-key", good);

        using var response = await gateway.Http.SendAsync(call);

        ((int)response.StatusCode).Should().Be(200);
    }

    [Fact]
    public async Task what_cant_be_written_down_holds_all_the_same()
    {
        await using var gateway = await TestGateway.StartAsync(services: s => s.AddSingleton<IDeviceStore>(new DevicesTests.FullDisk()));
        var token = await gateway.TokenAsync("a-device-0001");

        var (status, problem) = await gateway.AskAsync(HttpMethod.Post, "/admin/devices/a-device-0001/revoke", new { reason = "stolen" });

        status.Should().Be(503);
        problem.GetProperty("detail").GetString().Should().Contain("until the gateway restarts");
        await ShouldBeStoppedAsync(gateway, token);
    }

    [Theory]
    [InlineData("/admin/sessions/ses_%20/revoke")]
    [InlineData("/admin/sessions/ses_0123456789012345678901234567890123456789012345678901234567890123456789/revoke")]
    public async Task what_cant_be_a_session_is_not_found(string path)
    {
        await using var gateway = await StartAsync();

        (await gateway.AskAsync(HttpMethod.Post, path, new { reason = "x" })).Status.Should().Be(404);
    }

    private Task<TestGateway> StartAsync() => TestGateway.StartAsync(time: _time, dataDirectory: _folder);

    private static async Task ShouldBeStoppedAsync(TestGateway gateway, string token)
    {
        (await gateway.CallAsync(token)).Should().Be(401);
        (await gateway.CallAsync(token, "/admin/stats")).Should().Be(401);
        (await gateway.RefreshAsync(token)).Status.Should().Be(401);
        var (status, problem) = await gateway.BootstrapAsync(new { device_id = "a-device-0001" });
        status.Should().Be(403);
        problem.GetProperty("detail").GetString().Should().Be("This device may not use this gateway. Its operator can let it in again.");
    }

    private static async Task<IReadOnlyList<string>> EventsAsync(TestGateway gateway) =>
        [.. (await gateway.AskAsync(HttpMethod.Get, "/admin/events")).Answer.GetProperty("events").EnumerateArray().Select(e => $"{e.GetProperty("type")} {e.GetProperty("data")}")];
}

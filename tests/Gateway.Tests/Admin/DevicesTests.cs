using System.Text.Json;
using Latchkey.Gateway.Tokens;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Admin;

public sealed class DevicesTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync(time: _time);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task a_device_is_known_from_its_first_token_on()
    {
        await _gateway.BootstrapAsync(new { device_id = "a-device-0001", app_version = "1.2.3", app_channel = "beta", device_name = "Ada's \"laptop\" <b>", platform = "macos" });

        var (status, device) = await _gateway.AskAsync(HttpMethod.Get, "/admin/devices/a-device-0001");

        status.Should().Be(200);
        device.EnumerateObject().Select(p => p.Name).Should().Equal(
            "device_id", "path", "name", "platform", "app_version", "app_channel", "user_id", "org_id", "state", "state_reason", "state_changed_at",
            "enrolled_by", "first_seen_at", "last_seen_at");
        Text(device, "device_id", "path", "name", "platform", "app_version", "app_channel", "state", "enrolled_by", "first_seen_at", "last_seen_at").Should().Equal(
            "a-device-0001", "/admin/devices/a-device-0001", "Ada's \"laptop\" <b>", "macos", "1.2.3", "beta", "active", "open",
            "2026-11-25T12:00:00.000Z", "2026-11-25T12:00:00.000Z");
        device.GetProperty("state_reason").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task last_seen_moves_once_a_minute_and_what_is_new_is_known_at_once()
    {
        var token = await _gateway.TokenAsync("a-device-0001");

        _time.Advance(TimeSpan.FromSeconds(59));
        await _gateway.RefreshAsync(token);
        (await DeviceAsync("a-device-0001")).GetProperty("last_seen_at").GetString().Should().Be("2026-11-25T12:00:00.000Z");

        await _gateway.BootstrapAsync(new { device_id = "a-device-0001", app_version = "2" });
        Text(await DeviceAsync("a-device-0001"), "app_version", "last_seen_at").Should().Equal("2", "2026-11-25T12:00:59.000Z");

        _time.Advance(TimeSpan.FromMinutes(1));
        await _gateway.RefreshAsync(token);
        Text(await DeviceAsync("a-device-0001"), "app_version", "first_seen_at", "last_seen_at").Should().Equal(
            "2", "2026-11-25T12:00:00.000Z", "2026-11-25T12:01:59.000Z");
    }

    [Fact]
    public async Task pages_hold_every_device_once_in_the_order_of_ids()
    {
        string[] ids = ["b-device-10", "B-device-10", "a-device-99", "a-device-100", "~tilde-device", "!mark-device", "a%2Fdevice", "a_device-1"];
        foreach (var id in ids)
        {
            await _gateway.TokenAsync(id);
        }

        var found = new List<string>();
        var cursor = "";
        do
        {
            var (status, page) = await _gateway.AskAsync(HttpMethod.Get, $"/admin/devices?limit=3{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}");
            status.Should().Be(200);
            found.AddRange(IdsOf(page));
            cursor = page.GetProperty("next_cursor").GetString() ?? "";
        }
        while (cursor.Length > 0);

        found.Should().Equal(ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task devices_are_found_by_state_and_by_the_beginning_of_id_or_name()
    {
        await _gateway.BootstrapAsync(new { device_id = "laptop-0001", device_name = "Ada" });
        await _gateway.BootstrapAsync(new { device_id = "laptop_0002", device_name = "Äda 100%" });
        await _gateway.BootstrapAsync(new { device_id = "desktop-003", device_name = "laptop of Bo" });
        await _gateway.DoAsync("/admin/devices/laptop-0001/revoke");

        (await FindAsync("search=laptop")).Should().Equal("desktop-003", "laptop-0001", "laptop_0002");
        (await FindAsync("search=laptop_")).Should().Equal(["laptop_0002"], "an underline is an underline");
        (await FindAsync("search=%C3%84da%20100%25")).Should().Equal("laptop_0002");
        (await FindAsync("search=top")).Should().BeEmpty();
        (await FindAsync("state=revoked")).Should().Equal("laptop-0001");
        (await FindAsync("state=active&search=laptop-")).Should().BeEmpty();
        (await FindAsync("state=quarantined")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("state=asleep", "state: one of active, quarantined, revoked")]
    [InlineData("state=Active", "state: one of")]
    [InlineData("limit=0", "limit: 1 to 1000")]
    [InlineData("limit=1001", "limit: 1 to 1000")]
    [InlineData("limit=x", "limit: 1 to 1000")]
    [InlineData("cursor=x", "cursor: pass next_cursor")]
    [InlineData("cursor=!!", "cursor: pass next_cursor")]
    [InlineData("sort=id", "sort: the parameters are")]
    [InlineData("state=active&state=revoked", "state: the parameters are")]
    public async Task what_isnt_understood_is_named(string query, string words)
    {
        var (status, problem) = await _gateway.AskAsync(HttpMethod.Get, "/admin/devices?" + query);

        status.Should().Be(400);
        problem.GetProperty("detail").GetString().Should().StartWith(words);
    }

    [Theory]
    [InlineData("a/device/0001")]
    [InlineData("a%2Fdevice")]
    [InlineData("a;device#?01")]
    [InlineData("..\\..\\device")]
    [InlineData("b64.YWFhYWFhYWE")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("';DROP")]
    [InlineData("'OR'1'='1'--")]
    [InlineData("user@host:1")]
    public async Task whatever_a_device_calls_itself_it_can_be_stopped(string id)
    {
        if (id.Length < 8)
        {
            (await _gateway.BootstrapAsync(new { device_id = id })).Status.Should().Be(400);
            return;
        }

        var token = await _gateway.TokenAsync(id);
        var path = (await _gateway.AskAsync(HttpMethod.Get, "/admin/devices")).Answer.GetProperty("devices")[0].GetProperty("path").GetString()!;

        var answer = await _gateway.DoAsync(path + "/revoke");

        answer.GetProperty("device_id").GetString().Should().Be(id);
        (await _gateway.CallAsync(token)).Should().Be(401);
        (await _gateway.AskAsync(HttpMethod.Get, path)).Answer.GetProperty("state").GetString().Should().Be("revoked");
    }

    [Theory]
    [InlineData("/admin/devices/short")]
    [InlineData("/admin/devices/b64.!!!!")]
    [InlineData("/admin/devices/b64.c2hvcnQ")]
    [InlineData("/admin/devices/never-seen-0001")]
    public async Task an_unknown_device_is_not_found(string path)
    {
        (await _gateway.AskAsync(HttpMethod.Get, path)).Status.Should().Be(404);
        (await _gateway.AskAsync(HttpMethod.Post, path + "/activate", new { reason = "x" })).Status.Should().Be(404);
    }

    [Fact]
    public async Task a_device_can_be_stopped_before_it_comes()
    {
        var stopped = await _gateway.DoAsync("/admin/devices/never-seen-0001/quarantine", "stolen in the mail");

        Text(stopped, "state", "state_reason", "state_changed_at").Should().Equal("quarantined", "stolen in the mail", "2026-11-25T12:00:00.000Z");
        stopped.GetProperty("first_seen_at").ValueKind.Should().Be(JsonValueKind.Null);
        (await _gateway.BootstrapAsync(new { device_id = "never-seen-0001" })).Status.Should().Be(403);

        await _gateway.DoAsync("/admin/devices/never-seen-0001/activate");
        await _gateway.TokenAsync("never-seen-0001");
        Text(await DeviceAsync("never-seen-0001"), "state", "enrolled_by", "first_seen_at").Should().Equal("active", "open", "2026-11-25T12:00:00.000Z");
    }

    [Fact]
    public async Task a_change_needs_a_reason()
    {
        await _gateway.TokenAsync("a-device-0001");
        foreach (var body in new object[] { new { }, new { reason = "" }, new { reason = "  " }, new { reason = 5 }, new { reason = new string('x', 257) }, new { reason = "a\nb" }, new[] { "x" } })
        {
            var (status, problem) = await _gateway.AskAsync(HttpMethod.Post, "/admin/devices/a-device-0001/revoke", body);
            status.Should().Be(400, "{0}", JsonSerializer.Serialize(body));
            problem.GetProperty("detail").GetString().Should().StartWith("reason: 1 to 256");
        }

        (await _gateway.AskAsync(HttpMethod.Post, "/admin/devices/a-device-0001/revoke")).Status.Should().Be(415);
        (await _gateway.AskAsync(HttpMethod.Post, "/admin/devices/a-device-0001/revoke", new { reason = new string('x', 5000) })).Status.Should().Be(413);
        (await DeviceAsync("a-device-0001")).GetProperty("state").GetString().Should().Be("active");
    }

    [Fact]
    public async Task beyond_the_bound_the_longest_unseen_are_forgotten_and_stopped_ones_never()
    {
        var most = _gateway.Services.GetRequiredService<IOptions<TokenOptions>>().Value.MaxDevices = 5;
        await _gateway.DoAsync("/admin/devices/stopped-0001/revoke");
        for (var i = 0; i < 7; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            await _gateway.TokenAsync($"a-device-{i:d4}");
        }

        (await FindAsync("")).Should().Equal("a-device-0003", "a-device-0004", "a-device-0005", "a-device-0006", "stopped-0001").And.HaveCount(most);
        _gateway.Logs.Lines.Should().Contain(l => l.EventId == 7008);
    }

    [Fact]
    public async Task a_device_that_cant_be_written_down_gets_its_token_all_the_same()
    {
        await using var gateway = await TestGateway.StartAsync(services: s => s.AddSingleton<IDeviceStore>(new FullDisk()));

        await gateway.TokenAsync("a-device-0001");

        gateway.Logs.Lines.Should().Contain(l => l.EventId == 7009);
    }

    private async Task<JsonElement> DeviceAsync(string id) => (await _gateway.AskAsync(HttpMethod.Get, "/admin/devices/" + id)).Answer;

    private async Task<IReadOnlyList<string?>> FindAsync(string query)
    {
        var (status, page) = await _gateway.AskAsync(HttpMethod.Get, "/admin/devices?" + query);
        status.Should().Be(200, "{0}", page);
        page.GetProperty("next_cursor").ValueKind.Should().Be(JsonValueKind.Null);
        return [.. IdsOf(page)];
    }

    private static IEnumerable<string> IdsOf(JsonElement page) => page.GetProperty("devices").EnumerateArray().Select(d => d.GetProperty("device_id").GetString()!);

    private static IEnumerable<string?> Text(JsonElement device, params string[] names) => names.Select(n => device.GetProperty(n).GetString());

    /// <summary>A store whose every write fails, as SQLite's do.</summary>
    internal sealed class FullDisk : IDeviceStore
    {
        public Task<int> SeenAsync(Device device, TimeSpan freshFor, int most, CancellationToken cancellation) => throw Full();

        public Task<Device?> FindAsync(string id, CancellationToken cancellation) => Task.FromResult<Device?>(null);

        public Task<IReadOnlyList<Device>> ListAsync(DeviceQuestion question, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Device>>([]);

        public Task<IReadOnlyList<Device>> StoppedAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Device>>([]);

        public Task<Device> ChangeAsync(DeviceChange change, CancellationToken cancellation) => throw Full();

        private static SqliteException Full() => new("database or disk is full", 13);
    }
}

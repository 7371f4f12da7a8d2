using Latchkey.Claude;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage.Sqlite;

public sealed class LedgerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
    private readonly RecordedLogs _logs = new();

    private string DatabasePath => Path.Combine(_folder, "latchkey.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        _logs.Dispose();
    }

    [Fact]
    public async Task rows_outlive_a_restart()
    {
        await using (var gateway = await TestGateway.StartAsync(dataDirectory: _folder))
        {
            using var response = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message()));
            await response.Content.ReadAsStringAsync();
            await gateway.StopAsync();
        }

        await using var again = await TestGateway.StartAsync(dataDirectory: _folder);
        (await again.LedgerAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task a_flush_waits_for_what_came_before_it()
    {
        using var ledger = Open();
        for (var i = 0; i < 2500; i++)
        {
            _ = ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
        }

        var flushed = ledger.FlushAsync(CancellationToken.None);
        flushed.IsCompleted.Should().BeFalse("nobody writes yet");
        await ledger.StartAsync(CancellationToken.None);
        await flushed;

        Read("SELECT COUNT(*) FROM usage").Should().Equal("2500");
    }

    [Fact]
    public async Task a_flush_can_be_given_up()
    {
        using var ledger = Open();
        using var impatient = new CancellationTokenSource();
        var flushed = ledger.FlushAsync(impatient.Token);

        await impatient.CancelAsync();

        await FluentActions.Awaiting(() => flushed).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task stopping_writes_what_is_left()
    {
        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);
        for (var i = 0; i < 3000; i++)
        {
            _ = ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
        }

        await ledger.StopAsync(CancellationToken.None);

        Read("SELECT COUNT(*) FROM usage").Should().Equal("3000");
    }

    [Fact]
    public async Task a_row_after_the_end_is_at_least_told()
    {
        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);
        await ledger.StopAsync(CancellationToken.None);

        _ = ledger.SettleAsync(LedgerRows.Row("req_late"), []);
        await ledger.FlushAsync(CancellationToken.None);

        _logs.Lines.Should().Contain(l => l.EventId == 8003 && l.Message.Contains("req_late"));
    }

    [Fact]
    public async Task what_is_settled_is_no_longer_open()
    {
        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);
        await ledger.AdmitAsync(LedgerRows.Row("req_1") with { Ending = "crashed" });
        Read("SELECT request_id, ending FROM open_exchange").Should().Equal("req_1|crashed");

        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);

        Read("SELECT COUNT(*) FROM open_exchange").Should().Equal("0");
        Read("SELECT request_id, ending FROM usage").Should().Equal("req_1|completed");
    }

    [Fact]
    public async Task what_a_dead_process_has_left_open_is_settled_on_its_last_checkpoint()
    {
        using (var dying = Open())
        {
            await dying.StartAsync(CancellationToken.None);
            await dying.AdmitAsync(LedgerRows.Row("req_1") with { Ending = "crashed", Usage = Usage.None });
            await dying.AdmitAsync(LedgerRows.Row("req_2") with { Ending = "crashed", Usage = Usage.None });
            dying.Checkpoint(LedgerRows.Row("req_2") with { Ending = "crashed", Usage = Usage.None with { InputTokens = 50, OutputTokens = 9 } });
            await dying.FlushAsync(CancellationToken.None);
        }

        using var next = Open();
        await next.StartAsync(CancellationToken.None);

        Read("SELECT COUNT(*) FROM open_exchange").Should().Equal("0");
        Read("SELECT request_id, ending, input_tokens, output_tokens FROM usage ORDER BY request_id").Should().Equal("req_1|crashed|0|0", "req_2|crashed|50|9");
        _logs.Lines.Should().Contain(l => l.EventId == 8004);
    }

    [Fact]
    public async Task a_settlement_that_a_crash_has_left_beside_its_admission_counts_once()
    {
        using (var dying = Open())
        {
            await dying.StartAsync(CancellationToken.None);
            await dying.SettleAsync(LedgerRows.Row("req_1"), []);
            await dying.AdmitAsync(LedgerRows.Row("req_1") with { Ending = "crashed" });
        }

        using var next = Open();
        await next.StartAsync(CancellationToken.None);

        Read("SELECT request_id, ending FROM usage").Should().Equal("req_1|completed");
    }

    [Fact]
    public async Task a_disk_that_refuses_is_noticed_and_recovers_without_a_restart()
    {
        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON usage BEGIN SELECT RAISE(ABORT, 'disk'); END");
        var settled = ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (ledger.Writes)
        {
            await Task.Delay(10, patience.Token);
        }

        settled.IsCompleted.Should().BeFalse();
        Execute("DROP TRIGGER refuse");
        await settled;

        ledger.Writes.Should().BeTrue();
        Read("SELECT request_id FROM usage").Should().Equal("req_1");
    }

    [Fact]
    public async Task nothing_that_costs_is_let_in_while_the_disk_refuses()
    {
        await using var gateway = await TestGateway.StartAsync(dataDirectory: _folder);
        var token = await gateway.TokenAsync();
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON open_exchange BEGIN SELECT RAISE(ABORT, 'disk'); END");

        using var running = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
        using var refused = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
        using var free = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/models"));
        using var report = await gateway.Http.SendAsync(TestGateway.Call(token, "/admin/usage"));

        ((int)running.StatusCode).Should().Be(200, "it was let in before anybody knew");
        ((int)refused.StatusCode).Should().Be(503);
        (await refused.Content.ReadAsStringAsync()).Should().Contain("overloaded_error");
        refused.Headers.RetryAfter.Should().NotBeNull();
        ((int)free.StatusCode).Should().Be(200);
        ((int)report.StatusCode).Should().Be(503, "an answer that lacks what was settled last is none, and nobody waits for it");
        (await report.Content.ReadAsStringAsync()).Should().Contain("can't be written");
        Execute("DROP TRIGGER refuse");
        (await gateway.LedgerAsync(2)).Should().Contain(r => (string)r["ending"]! == "completed" && (string)r["route"]! == "messages");
    }

    [Fact]
    public async Task a_folder_has_one_gateway()
    {
        await using var gateway = await TestGateway.StartAsync(dataDirectory: _folder);

        var second = () => TestGateway.StartAsync(dataDirectory: _folder);

        (await second.Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain("DATA_DIR").And.Contain("another gateway");
    }

    [Fact]
    public async Task a_locked_database_loses_nothing()
    {
        using var ledger = Open(busySeconds: 1);
        await ledger.StartAsync(CancellationToken.None);
        await using (var other = new SqliteConnection($"Data Source={DatabasePath};Pooling=false"))
        {
            await other.OpenAsync();
            await using var locks = other.CreateCommand();
            locks.CommandText = "BEGIN IMMEDIATE";
            await locks.ExecuteNonQueryAsync();
            _ = ledger.SettleAsync(LedgerRows.Row("req_1"), []);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!_logs.Lines.Any(l => l.EventId == 8001))
            {
                await Task.Delay(10, patience.Token);
            }

            _ = ledger.SettleAsync(LedgerRows.Row("req_2"), []);
            locks.CommandText = "ROLLBACK";
            await locks.ExecuteNonQueryAsync();
        }

        await ledger.FlushAsync(CancellationToken.None);

        Read("SELECT request_id FROM usage ORDER BY request_id").Should().Equal("req_1", "req_2");
        _logs.Lines.Should().Contain(l => l.EventId == 8002);
    }

    [Fact]
    public void a_newer_gateways_file_is_refused()
    {
        SqliteFile.Open(DatabasePath);
        Execute("PRAGMA user_version = 99");

        var open = () => SqliteFile.Open(DatabasePath);

        open.Should().Throw<SettingException>().Which.Message.Should().Contain("DATA_DIR").And.Contain("newer version").And.Contain("99");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void a_damaged_file_is_refused(int from)
    {
        SqliteFile.Open(DatabasePath);
        SqliteConnection.ClearAllPools();
        File.Delete(DatabasePath + "-wal");
        File.Delete(DatabasePath + "-shm");
        var bytes = File.ReadAllBytes(DatabasePath);
        Array.Fill(bytes, (byte)'x', from, bytes.Length - from);
        File.WriteAllBytes(DatabasePath, bytes);

        var open = () => SqliteFile.Open(DatabasePath);

        open.Should().Throw<SettingException>().Which.Message.Should().Contain("DATA_DIR").And.Contain(DatabasePath).And.Contain("backup");
    }

    [Fact]
    public void a_file_is_opened_again_as_it_was()
    {
        SqliteFile.Open(DatabasePath);
        SqliteFile.Open(DatabasePath);

        Read("PRAGMA user_version").Should().Equal($"{SqliteSchema.Steps.Count}");
        Read("PRAGMA journal_mode").Should().Equal("wal");
    }

    [Fact]
    public void a_file_of_the_first_version_keeps_its_rows_and_gets_their_sums()
    {
        Execute(SqliteSchema.Steps[0]);
        Execute("PRAGMA user_version = 1");
        const string Values = "'up_1', 'a-device-0001', NULL, NULL, 'ses_1', NULL, NULL, 'messages', 1, 'opus', 'claude-opus-5-5', 7, 9, 30, 0, "
            + "'{\"cache_creation_1h_input_tokens\":20,\"web_search_requests\":2}'";
        const string Rest = "5000, 'v1', 0, 200, 200";
        Execute($"INSERT INTO usage VALUES ('req_1', {Values}, 'actual', {Rest}, 'completed', 'none', NULL, 'end_turn', 'k1', 3600000000, 10, 20, 1, 2)");
        Execute($"INSERT INTO usage VALUES ('req_2', {Values}, 'partial', {Rest}, 'client_gone', 'client', NULL, NULL, 'k1', 3600000001, 10, 20, 1, 2)");
        Execute($"INSERT INTO open_exchange VALUES ('req_3', {Values}, 'unread', {Rest}, 'crashed', 'gateway', NULL, NULL, 'k1', 90000000000, 10, 20, 1, 2)");

        SqliteFile.Open(DatabasePath);

        Read("SELECT request_id, kind, model, cache_creation_1h_input_tokens, web_search_requests, quality, quality_reason FROM usage ORDER BY request_id").Should().Equal(
            "req_1|settled|claude-opus-5-5|20|2|actual|",
            "req_2|settled|claude-opus-5-5|20|2|estimated|client_gone",
            "req_3|settled|claude-opus-5-5|20|2|estimated|unreadable");
        Read("SELECT hour, model, key_fingerprint, requests, succeeded, output_tokens, cost_nano_usd FROM usage_hour ORDER BY hour").Should().Equal(
            "1|claude-opus-5-5|k1|2|1|18|10000", "25|claude-opus-5-5|k1|1|0|9|5000");
        Read("SELECT COUNT(*) FROM open_exchange").Should().Equal("0");
        Read("SELECT id, state, enrolled_by, first_seen_at, last_seen_at FROM device").Should().Equal(
            ["a-device-0001|active|open|0|86400000000"], "whoever has called may have a token, and may have to be stopped");
    }

    [Fact]
    public async Task what_nobody_is_at_work_on_is_settled_while_the_gateway_runs()
    {
        var clock = new FakeTimeProvider();
        using var ledger = Open(time: clock);
        await ledger.StartAsync(CancellationToken.None);
        await ledger.AdmitAsync(LedgerRows.Row("req_alive") with { Ending = "crashed" });
        Execute("UPDATE open_exchange SET request_id = 'req_orphan'");
        await ledger.AdmitAsync(LedgerRows.Row("req_alive") with { Ending = "crashed" });

        clock.Advance(TimeSpan.FromSeconds(30));
        await ledger.FlushAsync(CancellationToken.None);

        Read("SELECT request_id FROM usage").Should().Equal("req_orphan");
        Read("SELECT request_id FROM open_exchange").Should().Equal("req_alive");
        await ledger.SettleAsync(LedgerRows.Row("req_alive"), []);
        Read("SELECT request_id, ending FROM usage ORDER BY request_id").Should().Equal("req_alive|completed", "req_orphan|crashed");
    }

    [Fact]
    public void a_commit_is_on_the_disk_when_it_returns()
    {
        using var connection = SqliteFile.Open(DatabasePath).Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous";

        command.ExecuteScalar().Should().Be(2L, "2 is FULL");
    }

    private SqliteUsageLedger Open(int busySeconds = 5, TimeProvider? time = null)
    {
        using var factory = LoggerFactory.Create(b => b.AddProvider(_logs).SetMinimumLevel(LogLevel.Trace));
        return new SqliteUsageLedger(SqliteFile.Open(DatabasePath, busySeconds), time ?? TimeProvider.System, factory.CreateLogger<SqliteUsageLedger>());
    }

    private void Execute(string sql) => SqliteRows.Execute(DatabasePath, sql);

    private IReadOnlyList<string> Read(string sql) => SqliteRows.Read(DatabasePath, sql);
}

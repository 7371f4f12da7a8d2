using System.Text.Json.Nodes;
using Latchkey.Claude;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
        LeftOpen().Should().Equal("req_1");

        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);

        LeftOpen().Should().BeEmpty();
        await ledger.FlushAsync(CancellationToken.None);
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
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT request_id, ending FROM usage").Should().Equal("req_1|completed");
    }

    [Fact]
    public async Task while_the_database_refuses_rows_wait_in_the_journal_and_come_without_a_restart()
    {
        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON usage BEGIN SELECT RAISE(ABORT, 'disk'); END");

        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        var asked = ledger.FlushAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(ledger.Warning is not null), "operators should be told");

        ledger.Writes.Should().BeTrue("the journal takes what is settled");
        ledger.Warning.Should().Contain("database");
        asked.IsCompleted.Should().BeFalse();
        Execute("DROP TRIGGER refuse");
        await asked;
        Read("SELECT request_id FROM usage").Should().Equal("req_1");
        _logs.Lines.Should().Contain(l => l.EventId == 8006);
        await Eventually.TrueAsync(() => Task.FromResult(ledger.Warning is null), "all is well again");
    }

    [Fact]
    public async Task calls_go_on_while_the_database_refuses_and_reports_dont()
    {
        await using var gateway = await TestGateway.StartAsync(dataDirectory: _folder);
        var token = await gateway.TokenAsync();
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON usage BEGIN SELECT RAISE(ABORT, 'disk'); END");

        using var first = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
        using var report = await gateway.Http.SendAsync(TestGateway.Call(token, "/admin/usage"));
        using var second = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));

        ((int)first.StatusCode).Should().Be(200);
        ((int)second.StatusCode).Should().Be(200);
        ((int)report.StatusCode).Should().Be(503, "an answer that lacks what was settled last is none, and nobody waits for it");
        (await report.Content.ReadAsStringAsync()).Should().Contain("can't be written");
        Execute("DROP TRIGGER refuse");
        (await gateway.LedgerAsync(2)).Should().OnlyContain(r => (string)r["ending"]! == "completed");
    }

    [Fact]
    public async Task nothing_that_costs_is_let_in_while_the_disk_refuses()
    {
        // Room for a few calls; then another segment has to be made, and can't.
        await using var gateway = await TestGateway.StartAsync(
            dataDirectory: _folder, services: s => s.AddSingleton(new JournalFolder(_folder, segmentSize: 16 << 10, growth: 16 << 10)));
        var token = await gateway.TokenAsync();
        var obstacle = Directory.CreateDirectory(Path.Combine(_folder, "ledger.new"));
        var calls = 0;
        HttpResponseMessage refused;
        while (true)
        {
            var answer = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
            if ((int)answer.StatusCode == 503)
            {
                refused = answer;
                break;
            }

            ((int)answer.StatusCode).Should().Be(200, "it was let in before anybody knew");
            answer.Dispose();
            calls++;
            calls.Should().BeLessThan(1000);
        }

        using var free = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/models"));
        using var report = await gateway.Http.SendAsync(TestGateway.Call(token, "/admin/usage"));
        using var ready = await gateway.Http.GetAsync(new Uri("/readyz", UriKind.Relative));

        (await refused.Content.ReadAsStringAsync()).Should().Contain("overloaded_error");
        refused.Headers.RetryAfter.Should().NotBeNull();
        refused.Dispose();
        ((int)free.StatusCode).Should().Be(200);
        ((int)report.StatusCode).Should().Be(503, "an answer that lacks what was settled last is none, and nobody waits for it");
        (await report.Content.ReadAsStringAsync()).Should().Contain("can't be written");
        JsonNode.Parse(await ready.Content.ReadAsStringAsync())!["warnings"]!.AsArray().Select(w => (string)w!).Should().Contain(w => w.Contains("journal can't be written"));
        obstacle.Delete();
        (await gateway.LedgerAsync(calls + 1)).Count(r => (string)r["ending"]! == "completed" && (string)r["route"]! == "messages").Should().Be(calls);
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
            _ = ledger.FlushAsync(CancellationToken.None);
            while (!_logs.Lines.Any(l => l.EventId == 8005))
            {
                await Task.Delay(10, patience.Token);
            }

            _ = ledger.SettleAsync(LedgerRows.Row("req_2"), []);
            locks.CommandText = "ROLLBACK";
            await locks.ExecuteNonQueryAsync();
        }

        await ledger.FlushAsync(CancellationToken.None);

        Read("SELECT request_id FROM usage ORDER BY request_id").Should().Equal("req_1", "req_2");
        _logs.Lines.Should().Contain(l => l.EventId == 8006);
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
        Read("SELECT name FROM sqlite_schema WHERE name = 'open_exchange'").Should().BeEmpty();
        Read("SELECT id, state, enrolled_by, first_seen_at, last_seen_at FROM device").Should().Equal(
            ["a-device-0001|active|open|0|86400000000"], "whoever has called may have a token, and may have to be stopped");
    }

    [Fact]
    public async Task a_checkpoint_that_comes_after_the_end_opens_nothing_again()
    {
        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);
        await ledger.AdmitAsync(LedgerRows.Row("req_1") with { Ending = "crashed" });
        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        ledger.Checkpoint(LedgerRows.Row("req_1") with { Ending = "crashed" });
        await ledger.FlushAsync(CancellationToken.None);

        LeftOpen().Should().BeEmpty();
    }

    [Fact]
    public async Task what_an_older_version_has_left_open_is_settled()
    {
        foreach (var step in SqliteSchema.Steps.Take(5))
        {
            Execute(step);
        }

        var row = LedgerRows.Row("req_old") with { Ending = "crashed", Usage = Usage.None with { InputTokens = 3 } };
        var values = string.Join(", ", UsageColumns.All.Select(c => c.Value(row) switch { null => "NULL", string text => $"'{text}'", var number => $"{number}" }));
        Execute($"INSERT INTO open_exchange VALUES ({values})");
        Execute($"INSERT INTO open_exchange VALUES ({values.Replace("req_old", "req_both", StringComparison.Ordinal)})");
        Execute($"INSERT INTO usage VALUES ({values.Replace("req_old", "req_both", StringComparison.Ordinal).Replace("crashed", "completed", StringComparison.Ordinal)})");

        using var ledger = Open();
        await ledger.StartAsync(CancellationToken.None);

        Read("SELECT request_id, ending, input_tokens FROM usage ORDER BY request_id").Should().Equal("req_both|completed|3", "req_old|crashed|3");
        Read("SELECT SUM(requests), SUM(input_tokens) FROM usage_hour").Should().Equal("2|6");
    }

    [Fact]
    public void a_commit_is_on_the_disk_when_it_returns()
    {
        using var connection = SqliteFile.Open(DatabasePath).Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous";

        command.ExecuteScalar().Should().Be(2L, "2 is FULL");
    }

    private JournaledLedger Open(int busySeconds = 5)
    {
        using var factory = LoggerFactory.Create(b => b.AddProvider(_logs).SetMinimumLevel(LogLevel.Trace));
        return new JournaledLedger(new JournalFolder(_folder), SqliteFile.Open(DatabasePath, busySeconds), factory.CreateLogger<JournaledLedger>());
    }

    private IEnumerable<string> LeftOpen() => JournalRecovery.Read(new JournalFolder(_folder), default).Open.Keys;

    private void Execute(string sql) => SqliteRows.Execute(DatabasePath, sql);

    private IReadOnlyList<string> Read(string sql) => SqliteRows.Read(DatabasePath, sql);
}

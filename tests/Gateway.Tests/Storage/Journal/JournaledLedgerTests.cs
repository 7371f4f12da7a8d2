using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.Gateway.Tests.Storage.Sqlite;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Latchkey.Gateway.Tests.Storage.Journal;

public sealed class JournaledLedgerTests : IDisposable
{
    private const int Small = 16 << 10;

    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
    private readonly RecordedLogs _logs = new();

    private string DatabasePath => Path.Combine(_folder, "latchkey.db");

    private IEnumerable<string> Segments => Directory.EnumerateFiles(_folder, "ledger-*.journal").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
        _logs.Dispose();
    }

    [Fact]
    public async Task what_was_settled_and_not_taken_over_is_taken_over_by_the_next_process()
    {
        using (var dying = await StartAsync())
        {
            Refuse();
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => dying.SettleAsync(LedgerRows.Row($"req_{i:D3}"), [News(i)])));
        }

        Read("SELECT COUNT(*) FROM usage").Should().Equal("0");
        Allow();
        using var next = await StartAsync();
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT COUNT(*), MIN(request_id), MAX(request_id) FROM usage").Should().Equal("300|req_000|req_299");
        Read("SELECT SUM(requests) FROM usage_hour").Should().Equal("300");
        Read("SELECT COUNT(*) FROM outgoing_event").Should().Equal("300");
    }

    [Fact]
    public async Task rows_that_arrived_without_the_note_of_it_count_once()
    {
        using (var dying = await StartAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => dying.SettleAsync(LedgerRows.Row($"req_{i:D3}"), [News(i)])));
            await dying.FlushAsync(CancellationToken.None);
        }

        Execute("UPDATE journal_import SET segment = 0, byte_offset = 0");
        using var next = await StartAsync();
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT COUNT(*) FROM usage").Should().Equal("50");
        Read("SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_hour").Should().Equal($"50|{50 * 1234}");
        Read("SELECT COUNT(*) FROM outgoing_event").Should().Equal("50");
    }

    [Fact]
    public async Task segments_come_and_go_and_every_row_arrives_once()
    {
        using var ledger = await StartAsync();
        for (var i = 0; i < 40; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 25).Select(async j =>
            {
                await ledger.AdmitAsync(Crashed($"req_{i:D2}_{j:D2}"));
                await ledger.SettleAsync(LedgerRows.FullRow($"req_{i:D2}_{j:D2}"), []);
            }));
        }

        await ledger.FlushAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(Segments.Count() <= 2), "what was taken over is used again");

        Read("SELECT COUNT(*), SUM(cost_nano_usd) FROM usage").Should().Equal($"1000|{1000 * 1234}");
        Read("SELECT SUM(requests) FROM usage_day").Should().Equal("1000");
        long.Parse(Segments.Last()["ledger-".Length..^".journal".Length], System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(20);
        File.Exists(Path.Combine(_folder, "ledger.spare")).Should().BeTrue();
        _logs.Lines.Should().NotContain(l => l.EventId >= 8000 && l.EventId < 9000);
    }

    [Fact]
    public async Task an_exchange_that_stays_open_is_found_after_its_segment_is_gone()
    {
        using (var dying = await StartAsync())
        {
            await dying.AdmitAsync(Crashed("req_long") with { Usage = Usage.None with { InputTokens = 3 } });
            dying.Checkpoint(Crashed("req_long") with { Usage = Usage.None with { InputTokens = 50, OutputTokens = 9 } });
            for (var i = 0; i < 200; i++)
            {
                await dying.SettleAsync(LedgerRows.FullRow($"req_{i:D3}"), []);
                if (i % 20 == 0)
                {
                    await dying.FlushAsync(CancellationToken.None);
                }
            }

            await dying.FlushAsync(CancellationToken.None);
            await Eventually.TrueAsync(() => Task.FromResult(!Segments.Contains("ledger-000001.journal")), "the first segment isn't needed");
        }

        using var next = await StartAsync();

        Read("SELECT request_id, ending, input_tokens, output_tokens FROM usage WHERE ending = 'crashed'").Should().Equal("req_long|crashed|50|9");
        await next.FlushAsync(CancellationToken.None);
        Read("SELECT COUNT(*) FROM usage").Should().Equal("201");
    }

    [Fact]
    public async Task segments_that_a_crash_has_left_although_they_were_taken_over_change_nothing()
    {
        var copies = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        using (var ledger = await StartAsync())
        {
            await ledger.AdmitAsync(Crashed("req_done"));
            for (var i = 0; i < 100; i++)
            {
                await ledger.SettleAsync(LedgerRows.FullRow($"req_{i:D3}"), []);
            }

            foreach (var file in Segments.ToList())
            {
                File.Copy(Path.Combine(_folder, file), Path.Combine(copies, file));
            }

            await ledger.SettleAsync(LedgerRows.Row("req_done"), []);
            await ledger.StopAsync(CancellationToken.None);
        }

        foreach (var file in Directory.EnumerateFiles(copies).Where(f => !File.Exists(Path.Combine(_folder, Path.GetFileName(f)))))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        Directory.Delete(copies, recursive: true);
        using var next = await StartAsync();
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT COUNT(*) FROM usage").Should().Equal("101");
        Read("SELECT ending FROM usage WHERE request_id = 'req_done'").Should().Equal("completed");
        Read("SELECT SUM(requests) FROM usage_hour").Should().Equal("101");
    }

    [Fact]
    public async Task a_torn_tail_is_where_the_journal_ends_and_nobody_is_alarmed()
    {
        using (var dying = await StartAsync())
        {
            Refuse();
            await dying.SettleAsync(LedgerRows.Row("req_1"), []);
            await dying.SettleAsync(LedgerRows.Row("req_2"), []);
        }

        Allow();
        Flip(Segments.Single(), "req_2");
        using var next = await StartAsync();
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT request_id FROM usage").Should().Equal("req_1");
        _logs.Lines.Should().NotContain(l => l.EventId == 8007);
    }

    [Fact]
    public async Task damage_in_the_middle_is_told_and_what_stands_behind_it_is_taken_over()
    {
        using (var dying = await StartAsync())
        {
            Refuse();
            for (var i = 1; i <= 3; i++)
            {
                await dying.SettleAsync(LedgerRows.Row($"req_{i}"), []);
            }
        }

        Allow();
        Flip(Segments.Single(), "req_2");
        using var next = await StartAsync();
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT request_id FROM usage ORDER BY request_id").Should().Equal("req_1", "req_3");
        _logs.Lines.Should().ContainSingle(l => l.EventId == 8007);

        // The next life is told as long as the file is there.
        await next.SettleAsync(LedgerRows.Row("req_4"), []);
        await next.FlushAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(Path.Combine(_folder, "ledger-000001.journal.damaged"))), "it is kept for whoever wants to look");
        next.Warning.Should().Contain("8007");
    }

    [Fact]
    public async Task the_last_rows_of_a_segment_are_missed_when_they_are_gone()
    {
        using (var dying = await StartAsync())
        {
            Refuse();
            for (var i = 0; i < 100; i++)
            {
                await dying.SettleAsync(LedgerRows.FullRow($"req_{i:D3}"), []);
            }
        }

        Allow();
        var first = Path.Combine(_folder, Segments.First());
        var end = JournalRecovery.Read(new JournalFolder(_folder), default).Ends[1];
        await using (var file = new FileStream(first, FileMode.Open))
        {
            file.Position = end - 100;
            file.Write(new byte[100]);
        }

        using var next = await StartAsync();
        await next.FlushAsync(CancellationToken.None);

        Read("SELECT COUNT(*) FROM usage").Should().Equal("99");
        _logs.Lines.Should().ContainSingle(l => l.EventId == 8007);
    }

    [Fact]
    public async Task rows_of_another_versions_columns_are_taken_over_by_name()
    {
        var header = new JournalHeader(1, 42, 0, "trequest_id,tkind,igone,tdevice_id,icost_nano_usd");
        byte[] content = [0b11111, 0, 0, 0, 0, 0, 0, 0, 2, (byte)'r', (byte)'1', 7, .. "settled"u8, 9, 1, (byte)'d', 10, 0];
        var record = new byte[JournalRecord.SizeOf(content.Length)];
        content.CopyTo(record, JournalRecord.HeaderSize);
        new JournalRecord(JournalRecordKind.Settle, content.Length, JournalHeader.Size).Seal(record, header.Salt);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "ledger-000001.journal"), [.. header.ToBytes(), .. record]);

        using var ledger = await StartAsync();
        await ledger.FlushAsync(CancellationToken.None);

        Read("SELECT request_id, device_id, cost_nano_usd, status, user_id FROM usage").Should().Equal("r1|d|5|0|");
    }

    [Fact]
    public async Task a_row_that_is_longer_than_a_segment_is_kept_too()
    {
        using var ledger = await StartAsync();
        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await ledger.SettleAsync(LedgerRows.Row("req_2") with { ModelAsked = new string('x', 5 << 20) }, []);
        await ledger.SettleAsync(LedgerRows.Row("req_3"), []);
        await ledger.FlushAsync(CancellationToken.None);

        Read("SELECT request_id, length(model_asked) FROM usage ORDER BY request_id").Should().Equal("req_1|", $"req_2|{5 << 20}", "req_3|");
    }

    [Fact]
    public async Task a_journal_beside_another_database_than_its_own_is_taken_over_whole()
    {
        using (var dying = await StartAsync())
        {
            Refuse();
            await dying.SettleAsync(LedgerRows.Row("req_1"), []);
        }

        Allow();
        Execute("UPDATE journal_import SET segment = 500, byte_offset = 9000");
        using (var next = await StartAsync())
        {
            await next.SettleAsync(LedgerRows.Row("req_2"), []);
            await next.FlushAsync(CancellationToken.None);
        }

        Read("SELECT request_id FROM usage ORDER BY request_id").Should().Equal("req_1", "req_2");
        Segments.Should().Contain("ledger-000501.journal");
    }

    [Fact]
    public async Task an_admission_waits_for_company_and_not_for_long()
    {
        using var ledger = await StartAsync();
        await ledger.AdmitAsync(Crashed("req_1"));

        var admitted = ledger.AdmitAsync(Crashed("req_2"));
        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await admitted;

        admitted = ledger.AdmitAsync(Crashed("req_3"));
        ledger.Hurry();
        await admitted;
        JournalRecovery.Read(new JournalFolder(_folder), default).Open.Keys.Should().BeEquivalentTo("req_2", "req_3");
    }

    [Fact]
    public async Task the_journal_is_its_owners()
    {
        using var ledger = await StartAsync();

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(_folder, Segments.Single())).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task upkeep_that_fails_is_the_askers_trouble()
    {
        using var ledger = await StartAsync();

        await FluentActions.Awaiting(() => ledger.Importer.KeepAsync(_ => throw new InvalidOperationException("mine"))).Should().ThrowAsync<InvalidOperationException>();

        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await ledger.FlushAsync(CancellationToken.None);
        Read("SELECT COUNT(*) FROM usage").Should().Equal("1");
    }

    [Fact]
    public async Task what_others_ask_for_while_many_settle_is_all_that_was_settled_before()
    {
        using var ledger = await StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            await Task.Yield();
            for (var i = 0; i < 60; i++)
            {
                await ledger.AdmitAsync(Crashed($"req_{worker}_{i}"));
                await ledger.SettleAsync(LedgerRows.Row($"req_{worker}_{i}"), []);
                if (i % 10 == 9)
                {
                    await ledger.FlushAsync(CancellationToken.None);
                    Read($"SELECT COUNT(*) FROM usage WHERE request_id GLOB 'req_{worker}_*'").Should().Equal($"{i + 1}");
                }
            }
        }));
    }

    private static UsageEntry Crashed(string id) => LedgerRows.Row(id) with { Ending = "crashed", Usage = Usage.None };

    private static LedgerEvent News(int i) => new($"event:{i}", "budget.threshold_reached", DateTimeOffset.UnixEpoch, "{}");

    private async Task<JournaledLedger> StartAsync()
    {
        using var factory = LoggerFactory.Create(b => b.AddProvider(_logs).SetMinimumLevel(LogLevel.Trace));
        var ledger = new JournaledLedger(new JournalFolder(_folder, Small, Small), SqliteFile.Open(DatabasePath), factory.CreateLogger<JournaledLedger>());
        await ledger.StartAsync(CancellationToken.None);
        return ledger;
    }

    /// <summary>Keeps rows out of the database, so that a crash finds them in the journal only.</summary>
    private void Refuse()
    {
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON usage BEGIN SELECT RAISE(ABORT, 'no'); END");
    }

    private void Allow() => Execute("DROP TRIGGER refuse");

    private void Flip(string segment, string text)
    {
        var path = Path.Combine(_folder, segment);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text))] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private void Execute(string sql) => SqliteRows.Execute(DatabasePath, sql);

    private IReadOnlyList<string> Read(string sql) => SqliteRows.Read(DatabasePath, sql);
}

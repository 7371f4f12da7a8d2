using System.Data.Common;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>What every store deletes, and what it answers afterwards.</summary>
public abstract class RetentionContract
{
    /// <summary>Ninety days before it is noon of the third day of <see cref="Entries.Many"/>.</summary>
    private static readonly DateTimeOffset Now = Entries.Begin.AddDays(92.5);

    private static readonly DateTimeOffset ThirdDay = Entries.Begin.AddDays(2);

    private protected abstract Task<IUsageBench> StartAsync();

    [Fact]
    public async Task rows_go_and_their_sums_stay()
    {
        var (bench, reports, entries) = await ManyAsync();

        var logs = await RunAsync(bench, Now, new RetentionOptions());

        (await CountAsync(bench, "usage")).Should().Be(entries.Count(e => e.StartedAt >= ThirdDay));
        logs.Lines.Should().ContainSingle(l => l.EventId == 8021).Which.Message.Should().Contain($"{entries.Count(e => e.StartedAt < ThirdDay)} rows");
        foreach (var question in new[]
        {
            new SummaryQuestion(new UsageFilter(), [UsageDimension.Hour, UsageDimension.Model, UsageDimension.Key]),
            new SummaryQuestion(new UsageFilter { From = Entries.Begin.AddHours(5), To = Entries.Begin.AddHours(29) }, [UsageDimension.Organization]),
            new SummaryQuestion(new UsageFilter { DeviceId = "a-device-0001", From = Entries.Begin.AddDays(1) }, [UsageDimension.Day, UsageDimension.User]),
        })
        {
            await using var groups = (await reports.GroupAsync(question, default)).Value!;
            (await groups.Groups.ToListAsync()).Should().BeEquivalentTo(UsageModel.Groups(entries, question), o => o.WithStrictOrdering());
        }
    }

    [Fact]
    public async Task a_question_that_needs_rows_which_are_gone_is_refused()
    {
        var (bench, reports, _) = await ManyAsync();
        await RunAsync(bench, Now, new RetentionOptions());

        async Task<string?> ProblemOf(UsageFilter filter) => (await reports.SumAsync(filter, default)).Problem?.Parameter;
        (await ProblemOf(new UsageFilter { From = Entries.Begin.AddHours(5).AddSeconds(1) })).Should().Be("from");
        (await ProblemOf(new UsageFilter { To = Entries.Begin.AddHours(5).AddSeconds(1) })).Should().Be("to");
        (await ProblemOf(new UsageFilter { DeviceId = "a-device-0001", From = Entries.Begin.AddHours(5) })).Should().Be("from", "a device's sums are kept by day");
        (await ProblemOf(new UsageFilter { Session = "s1", From = Entries.Begin })).Should().Be("from");
        (await ProblemOf(new UsageFilter { Model = "opus", From = Entries.Begin })).Should().Be("from");
        (await ProblemOf(new UsageFilter { Session = "s1", To = ThirdDay })).Should().Be("to");
        (await reports.RowsAsync(new UsageFilter { From = Entries.Begin }, null, 10, default)).Problem!.Parameter.Should().Be("from");
        (await ProblemOf(new UsageFilter { From = ThirdDay.AddSeconds(1) })).Should().BeNull();
    }

    [Fact]
    public async Task without_a_beginning_rows_are_asked_from_where_they_begin()
    {
        var (bench, reports, entries) = await ManyAsync();
        await RunAsync(bench, Now, new RetentionOptions());
        var question = new SummaryQuestion(new UsageFilter(), [UsageDimension.Session]);

        await using var groups = (await reports.GroupAsync(question, default)).Value!;

        groups.From.Should().Be(ThirdDay);
        (await groups.Groups.ToListAsync()).Should().BeEquivalentTo(UsageModel.Groups(entries, question with { Filter = new UsageFilter { From = ThirdDay } }), o => o.WithStrictOrdering());
    }

    [Fact]
    public async Task many_rows_go_a_thousand_at_a_time()
    {
        var bench = await StartAsync();
        await bench.AddAsync([.. Enumerable.Range(0, 2500).Select(i => Entries.One($"req_{i}", Entries.Begin.AddSeconds(i)))]);
        var clock = new FakeTimeProvider(Now);
        using var logs = new RecordedLogs();
        using var retention = New(bench.Ledger, bench.Database, new RetentionOptions(), clock, logs);

        var run = retention.RunAsync(default);
        await UntilAsync(async () => await CountAsync(bench, "usage") == 1500);
        run.IsCompleted.Should().BeFalse("it pauses");

        // Again and again: its wait may begin a moment after its rows are gone.
        await UntilAsync(async () =>
        {
            clock.Advance(Retention.Pause);
            return await CountAsync(bench, "usage") <= 500;
        });
        await UntilAsync(() =>
        {
            clock.Advance(Retention.Pause);
            return Task.FromResult(run.IsCompleted);
        });
        await run;

        (await CountAsync(bench, "usage")).Should().Be(0);
    }

    [Fact]
    public async Task sums_go_after_their_months_and_earlier_times_are_refused()
    {
        var (bench, reports, entries) = await ManyAsync();

        await RunAsync(bench, ThirdDay.AddMonths(25).AddHours(1), new RetentionOptions());

        (await reports.SumAsync(new UsageFilter { From = ThirdDay.AddHours(-1) }, default)).Problem!.Parameter.Should().Be("from");
        (await reports.SumAsync(new UsageFilter { To = ThirdDay }, default)).Problem!.Parameter.Should().Be("to");
        var question = new SummaryQuestion(new UsageFilter(), [UsageDimension.Device]);
        await using var groups = (await reports.GroupAsync(question, default)).Value!;
        groups.From.Should().Be(ThirdDay);
        (await groups.Groups.ToListAsync()).Should().BeEquivalentTo(UsageModel.Groups(entries, question with { Filter = new UsageFilter { From = ThirdDay } }), o => o.WithStrictOrdering());
        (await CountAsync(bench, "usage")).Should().Be(0);
    }

    [Fact]
    public async Task events_go_after_their_days()
    {
        var bench = await StartAsync();
        await bench.Ledger.SettleAsync(Entries.One("req_1", Now), [
            new LedgerEvent("old", "test", Now.AddDays(-31), "{}"),
            new LedgerEvent("young", "test", Now.AddDays(-29), "{}")]);

        await RunAsync(bench, Now, new RetentionOptions());

        (await CountAsync(bench, "outgoing_event")).Should().Be(1);
    }

    [Fact]
    public async Task zero_keeps_for_ever()
    {
        var (bench, _, entries) = await ManyAsync();

        var logs = await RunAsync(bench, Now.AddYears(50), new RetentionOptions { RowDays = 0, SumMonths = 25, EventDays = 0 });

        (await CountAsync(bench, "usage")).Should().Be(entries.Count);
        (await CountAsync(bench, "usage_hour")).Should().BePositive("sums stay as long as their rows");
        logs.Lines.Should().NotContain(l => l.EventId == 8021);
    }

    [Fact]
    public async Task it_runs_at_the_start_and_every_hour()
    {
        var bench = await StartAsync();
        await bench.AddAsync([Entries.One("req_1", Now.AddDays(-91)), Entries.One("req_2", Now.Date.AddDays(-90).AddHours(1)), Entries.One("req_3", Now)]);
        var clock = new FakeTimeProvider(Now);
        using var logs = new RecordedLogs();
        using var retention = New(bench.Ledger, bench.Database, new RetentionOptions(), clock, logs);

        await retention.StartAsync(default);
        await UntilAsync(async () => await CountAsync(bench, "usage") == 2);
        clock.Advance(TimeSpan.FromHours(13));
        await UntilAsync(async () => await CountAsync(bench, "usage") == 1);
        await retention.StopAsync(default);
    }

    [Fact]
    public async Task a_store_that_fails_is_tried_again_an_hour_later()
    {
        var bench = await StartAsync();
        await bench.AddAsync([Entries.One("req_1", Now.AddDays(-91))]);
        var failing = true;
        var database = new WatchedDatabase(bench.Database, _ => failing ? throw new IOException("The disk refuses.") : Task.CompletedTask);
        var clock = new FakeTimeProvider(Now);
        using var logs = new RecordedLogs();
        using var retention = New(bench.Ledger, database, new RetentionOptions(), clock, logs);

        await retention.StartAsync(default);
        await UntilAsync(() => Task.FromResult(logs.Lines.Any(l => l.EventId == 8022)));
        failing = false;
        clock.Advance(Retention.Every);
        await UntilAsync(async () => await CountAsync(bench, "usage") == 0);
        await retention.StopAsync(default);
    }

    [Fact]
    public async Task what_goes_while_a_question_is_asked_isnt_missed()
    {
        var (bench, _, _) = await ManyAsync();
        var reports = new UsageReports(new WatchedDatabase(bench.Database, async connection =>
        {
            // The second connection is the one that looks again.
            if (connection == 2)
            {
                await RunAsync(bench, Now, new RetentionOptions());
            }
        }), new Writing(bench.Ledger, TimeProvider.System));

        (await reports.SumAsync(new UsageFilter { Session = "s1", From = Entries.Begin }, default)).Problem!.Parameter.Should().Be("from");
    }

    [Fact]
    public async Task a_list_of_rows_that_go_while_it_is_read_breaks_off()
    {
        var bench = await StartAsync();
        await bench.AddAsync([.. Enumerable.Range(0, 1500).Select(i => Entries.One($"req_{i}", Entries.Begin.AddSeconds(i)))]);
        var rows = (await new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System)).RowsAsync(new UsageFilter(), null, null, default)).Value!;

        await using var reading = rows.GetAsyncEnumerator();
        (await reading.MoveNextAsync()).Should().BeTrue();
        await RunAsync(bench, Now, new RetentionOptions());
        var rest = async () =>
        {
            while (await reading.MoveNextAsync())
            {
            }
        };

        await rest.Should().ThrowAsync<InvalidOperationException>();
    }

    private static Retention New(IUsageLedger ledger, IUsageDatabase database, RetentionOptions options, TimeProvider clock, RecordedLogs logs)
    {
        using var factory = LoggerFactory.Create(b => b.AddProvider(logs).SetMinimumLevel(LogLevel.Trace));
        return new Retention(database, new Writing(ledger, TimeProvider.System), Options.Create(options), clock, factory.CreateLogger<Retention>());
    }

    private static async Task<RecordedLogs> RunAsync(IUsageBench bench, DateTimeOffset now, RetentionOptions options)
    {
        var clock = new FakeTimeProvider(now);
        var logs = new RecordedLogs();
        using var retention = New(bench.Ledger, bench.Database, options, clock, logs);
        var run = retention.RunAsync(default);
        while (!run.IsCompleted)
        {
            clock.Advance(Retention.Pause);
            await Task.Yield();
        }

        await run;
        return logs;
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static async Task<long> CountAsync(IUsageBench bench, string table)
    {
        await using var connection = await bench.Database.ConnectAsync(default);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {table}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<(IUsageBench Bench, UsageReports Reports, List<UsageEntry> Entries)> ManyAsync()
    {
        var bench = await StartAsync();
        var entries = Entries.Many(400, seed: 3);
        await bench.AddAsync(entries);
        return (bench, new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System)), entries);
    }

    /// <summary>Tells when a connection is taken, counted from 1.</summary>
    private sealed class WatchedDatabase(IUsageDatabase database, Func<int, Task> taken) : IUsageDatabase
    {
        private int _connections;

        public SqlDialect Dialect => database.Dialect;

        public async ValueTask<DbConnection> ConnectAsync(CancellationToken cancellation)
        {
            await taken(++_connections);
            return await database.ConnectAsync(cancellation);
        }
    }
}

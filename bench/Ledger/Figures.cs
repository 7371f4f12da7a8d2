using System.Diagnostics;
using System.Globalization;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Ledger;

/// <summary>Asks a full file what the HTTP API asks, and settles calls in it and in an empty one.</summary>
internal static class Figures
{
    private const int Runs = 5;
    private const int Settlements = 300;

    public static async Task<int> RunAsync(int count)
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-bench-").FullName;
        try
        {
            var path = Path.Combine(folder, "latchkey.db");
            var file = SqliteFile.Open(path);
            var filling = Stopwatch.StartNew();
            MonthOfRows.Fill(file, count);

            // What filling has set on its connection isn't what a gateway has.
            SqliteConnection.ClearAllPools();
            Say($"{count} rows filled in {filling.Elapsed.TotalSeconds:F0} s; the file has {new FileInfo(path).Length / 1e9:F2} GB, {new FileInfo(path).Length / (double)count:F0} bytes a row");
            await AskAsync(folder, file);
            var empty = Directory.CreateDirectory(Path.Combine(folder, "empty")).FullName;
            await SettleAsync((empty, SqliteFile.Open(Path.Combine(empty, "latchkey.db"))), (folder, file));
            return 0;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AskAsync(string folder, SqliteFile file)
    {
        using var ledger = new JournaledLedger(new JournalFolder(folder), file, NullLogger<JournaledLedger>.Instance);
        await ledger.StartAsync(CancellationToken.None);
        var reports = new UsageReports(new SqliteUsageDatabase(file), new Writing(ledger, TimeProvider.System));
        var month = new UsageFilter { From = MonthOfRows.Begin, To = MonthOfRows.End };
        var ragged = new UsageFilter { From = MonthOfRows.Begin.AddMinutes(17), To = MonthOfRows.End.AddMinutes(-17) };
        var device = month with { DeviceId = "device-0042" };
        var middle = new RowPosition(Instants.Of(MonthOfRows.Begin.AddDays(15)), "", "");
        async Task Groups(UsageFilter filter, params UsageDimension[] groupBy)
        {
            await using var groups = (await reports.GroupAsync(new SummaryQuestion(filter, groupBy), CancellationToken.None)).Value!;
            await foreach (var group in groups.Groups)
            {
                _ = group;
            }
        }

        async Task Rows(UsageFilter filter, RowPosition? after)
        {
            await foreach (var row in (await reports.RowsAsync(filter, after, 101, CancellationToken.None)).Value!)
            {
                _ = row;
            }
        }

        await MeasureAsync("totals of the month", () => Groups(month));
        await MeasureAsync("totals of all time", () => Groups(new UsageFilter()));
        await MeasureAsync("totals of the month but 17 minutes at each end", () => Groups(ragged));
        await MeasureAsync("the month by model", () => Groups(month, UsageDimension.Model));
        await MeasureAsync("the month by day", () => Groups(month, UsageDimension.Day));
        await MeasureAsync("the month by hour and model", () => Groups(month, UsageDimension.Hour, UsageDimension.Model));
        await MeasureAsync("the month by device", () => Groups(month, UsageDimension.Device));
        await MeasureAsync("the month but 17 minutes at each end by device", () => Groups(ragged, UsageDimension.Device));
        await MeasureAsync("the month by user", () => Groups(month, UsageDimension.User));
        await MeasureAsync("one device's month by model", () => Groups(device, UsageDimension.Model));
        await MeasureAsync("one device's month by session (rows)", () => Groups(device, UsageDimension.Session));
        await MeasureAsync("one user's month by day", () => Groups(month with { UserId = "user-042" }, UsageDimension.Day));
        await MeasureAsync("the month by agent (all rows)", () => Groups(month, UsageDimension.Agent), runs: 1);
        await MeasureAsync("the latest page of 100 rows", () => Rows(month, null));
        await MeasureAsync("a page of 100 rows from the middle", () => Rows(month, middle));
        await MeasureAsync("a page of 100 of one device's rows", () => Rows(device, middle));
        await MeasureAsync("the last 100 calls for /admin/usage", () => reports.LatestAsync(new UsageFilter(), 100, CancellationToken.None));
        await ledger.StopAsync(CancellationToken.None);
    }

    private static async Task MeasureAsync(string question, Func<Task> ask, int runs = Runs)
    {
        if (runs > 1)
        {
            await ask();
        }

        var (times, work) = (new double[runs], new double[runs]);
        for (var i = 0; i < runs; i++)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await ask();
            times[i] = watch.Elapsed.TotalMilliseconds;
            work[i] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }

        Array.Sort(times);
        Array.Sort(work);
        Say($"{question}: {times[runs / 2]:F1} ms, of which {work[runs / 2]:F1} ms of processor");
    }

    /// <summary>In turn, after a round that isn't counted: what else the machine does then meets both alike.</summary>
    private static async Task SettleAsync((string Folder, SqliteFile File) empty, (string Folder, SqliteFile File) full)
    {
        var (inEmpty, inFull) = (new List<double>(), new List<double>());
        for (var round = 0; round <= Runs; round++)
        {
            var (first, second) = (await SettleAsync(empty.Folder, empty.File, round), await SettleAsync(full.Folder, full.File, round));
            if (round > 0)
            {
                inEmpty.AddRange(first);
                inFull.AddRange(second);
            }
        }

        inEmpty.Sort();
        inFull.Sort();
        Say($"one settlement until it is on the disk: {inEmpty[inEmpty.Count / 2]:F2} ms in an empty file, {inFull[inFull.Count / 2]:F2} ms in this one");
    }

    /// <summary>One call after another, each until it is on the disk: milliseconds.</summary>
    private static async Task<List<double>> SettleAsync(string folder, SqliteFile file, int round)
    {
        using var ledger = new JournaledLedger(new JournalFolder(folder), file, NullLogger<JournaledLedger>.Instance);
        await ledger.StartAsync(CancellationToken.None);
        var times = new List<double>();
        for (var i = 0; i < Settlements; i++)
        {
            var entry = Entry((round * Settlements) + i);
            await ledger.AdmitAsync(entry);
            var watch = Stopwatch.StartNew();
            await ledger.SettleAsync(entry, []);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        await ledger.StopAsync(CancellationToken.None);
        return times;
    }

    private static UsageEntry Entry(int number) => new()
    {
        RequestId = string.Create(CultureInfo.InvariantCulture, $"req_new_{number}"),
        DeviceId = string.Create(CultureInfo.InvariantCulture, $"device-{number * 7 % 1000:D4}"),
        UserId = "user-042",
        OrgId = "acme",
        SessionId = "session",
        ClientSessionId = "00000000-0000-4000-8000-000000000000",
        Route = "messages",
        Stream = true,
        Model = "claude-sonnet-5-5",
        ModelAsked = "claude-sonnet-5-5",
        ModelAnswered = "claude-sonnet-5-5",
        Usage = Usage.None with { InputTokens = 1000, OutputTokens = 200 },
        Quality = UsageQuality.Actual,
        CostNanoDollars = 6_000_000,
        PriceVersion = "2026-11-20@fde429d3f94a",
        Status = 200,
        Ending = "completed",
        Fault = "none",
        KeyFingerprint = "k1",
        StartedAt = MonthOfRows.End.AddSeconds(-number),
        Latency = TimeSpan.FromSeconds(2),
        RequestBytes = 20_000,
        ResponseBytes = 9_000,
    };

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

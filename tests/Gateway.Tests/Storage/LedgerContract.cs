using System.Globalization;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>What every store of the ledger keeps to.</summary>
public abstract class LedgerContract
{
    private protected abstract Task<ILedgerBench> OpenAsync();

    [Fact]
    public async Task a_row_says_what_was_appended()
    {
        await using var bench = await OpenAsync();
        var ledger = bench.Ledger;
        _ = ledger.SettleAsync(LedgerRows.Row("req_1") with { FirstByteAfter = TimeSpan.FromMilliseconds(1.5), StopReason = "end_turn" }, []);
        _ = ledger.SettleAsync(LedgerRows.Row("req_2") with { UserId = "'; DROP TABLE usage; --" }, []);

        var rows = await bench.ReadAsync("SELECT request_id, device_id, first_byte_us, latency_us, input_tokens, quality, user_id, stop_reason FROM usage ORDER BY request_id");
        rows.Should().Equal("req_1|a-device-0001|1500|2500|7|actual||end_turn", "req_2|a-device-0001||2500|7|actual|'; DROP TABLE usage; --|");
    }

    [Fact]
    public async Task the_same_exchange_is_written_once()
    {
        await using var bench = await OpenAsync();
        var ledger = bench.Ledger;
        _ = ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        _ = ledger.SettleAsync(LedgerRows.Row("req_1"), []);

        (await bench.ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("1");
    }

    [Fact]
    public async Task sums_are_kept_with_the_rows_by_hour_and_by_day()
    {
        await using var bench = await OpenAsync();
        var ledger = bench.Ledger;
        var noon = DateTimeOffset.UnixEpoch.AddHours(12);
        await ledger.SettleAsync(LedgerRows.Row("req_1") with { StartedAt = noon, OrgId = "acme" }, []);
        await ledger.SettleAsync(LedgerRows.Row("req_2") with { StartedAt = noon.AddMinutes(59), OrgId = "acme", Ending = "client_gone" }, []);
        await ledger.SettleAsync(LedgerRows.Row("req_3") with { StartedAt = noon.AddMinutes(60), UserId = "ann" }, []);
        await ledger.SettleAsync(LedgerRows.Row("req_3") with { StartedAt = noon.AddMinutes(60), UserId = "ann" }, []);

        (await bench.ReadAsync("SELECT hour, org_id, requests, succeeded, input_tokens, cost_nano_usd, latency_us FROM usage_hour ORDER BY hour")).Should().Equal(
            "12|acme|2|1|14|2468|5000", "13||1|1|7|1234|2500");
        (await bench.ReadAsync("SELECT day, device_id, user_id, org_id, requests, cost_nano_usd FROM usage_day ORDER BY user_id")).Should().Equal(
            "0|a-device-0001||acme|2|2468", "0|a-device-0001|ann||1|1234");
    }

    [Fact]
    public async Task a_correction_changes_the_money_and_not_the_count()
    {
        await using var bench = await OpenAsync();
        var ledger = bench.Ledger;
        await ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        var correction = LedgerRows.Row("req_1") with { Kind = "rerated:v2", Usage = Usage.None, CostNanoDollars = -234 };
        await ledger.SettleAsync(correction, []);
        await ledger.SettleAsync(correction, []);

        (await bench.ReadAsync("SELECT requests, succeeded, input_tokens, cost_nano_usd, latency_us FROM usage_hour")).Should().Equal("1|1|7|1000|2500");
        (await bench.ReadAsync("SELECT kind, cost_nano_usd FROM usage ORDER BY kind")).Should().Equal("rerated:v2|-234", "settled|1234");
    }

    [Fact]
    public async Task what_others_are_told_is_written_with_the_row_and_once()
    {
        await using var bench = await OpenAsync();
        var ledger = bench.Ledger;
        var news = new LedgerEvent("budget:1:75", "budget.threshold_reached", DateTimeOffset.UnixEpoch.AddSeconds(1), "{}");
        await ledger.SettleAsync(LedgerRows.Row("req_1"), [news]);
        await ledger.SettleAsync(LedgerRows.Row("req_2"), [news]);

        (await bench.ReadAsync("SELECT id, type, at, data FROM outgoing_event")).Should().Equal("budget:1:75|budget.threshold_reached|1000000|{}");
    }

    [Fact]
    public async Task every_column_arrives_as_it_was()
    {
        await using var bench = await OpenAsync();
        UsageEntry[] entries = [LedgerRows.FullRow("req_1"), LedgerRows.Row("req_2")];
        foreach (var entry in entries)
        {
            await bench.Ledger.SettleAsync(entry, []);
        }

        (await bench.ReadAsync($"SELECT {UsageColumns.Names} FROM usage ORDER BY request_id")).Should().Equal(
            entries.Select(entry => string.Join('|', UsageColumns.All.Select(c => Convert.ToString(c.Value(entry), CultureInfo.InvariantCulture)))));
    }

    [Fact]
    public async Task many_rows_add_up()
    {
        await using var bench = await OpenAsync();
        for (var i = 0; i < 1700; i++)
        {
            _ = bench.Ledger.SettleAsync(LedgerRows.Row($"req_{i}") with { DeviceId = $"device-{i % 7}", StartedAt = DateTimeOffset.UnixEpoch.AddMinutes(i) }, []);
        }

        (await bench.ReadAsync("SELECT COUNT(*), SUM(cost_nano_usd) FROM usage")).Should().Equal($"1700|{1700 * 1234}");
        (await bench.ReadAsync("SELECT SUM(requests), SUM(cost_nano_usd), COUNT(*) FROM usage_hour")).Should().Equal($"1700|{1700 * 1234}|29");
        (await bench.ReadAsync("SELECT SUM(requests), SUM(cost_nano_usd), COUNT(*) FROM usage_day")).Should().Equal($"1700|{1700 * 1234}|14");
    }
}

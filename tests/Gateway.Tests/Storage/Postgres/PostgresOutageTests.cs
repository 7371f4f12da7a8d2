using System.Diagnostics;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

/// <summary>PostgreSQL killed, frozen, put back: each test has a server of its own to maltreat.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private PostgresServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await PostgresServer.NewAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task what_is_settled_while_it_is_dead_arrives_when_it_is_back()
    {
        await using var bench = await ShippingBench.StartAsync(_server.Url);
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await bench.ArrivedAsync();
        await _server.KillAsync();

        await bench.Ledger.SettleAsync(LedgerRows.Row("req_2"), []);
        await Eventually.TrueAsync(() => Task.FromResult(bench.State.IsAway), "the outage should be noticed");
        (await bench.CatchUpAsync()).Should().BeFalse();
        bench.State.Warning.Should().Contain("isn't shipped");
        await _server.StartAsync();

        (await bench.ReadAsync("SELECT request_id FROM usage ORDER BY request_id")).Should().Equal("req_1", "req_2");
        (await bench.ReadAsync("SELECT SUM(requests) FROM usage_hour")).Should().Equal("2");
        bench.Logs.Lines.Count(l => l.EventId == 8030).Should().Be(1, "an outage is told once");
        await Eventually.TrueAsync(() => Task.FromResult(bench.Logs.Lines.Any(l => l.EventId == 8034)), "what it may have lost should be sent again");
        bench.State.Warning.Should().BeNull();
    }

    [Fact]
    public async Task a_gateway_starts_without_it()
    {
        await _server.KillAsync();
        await using var bench = await ShippingBench.StartAsync(_server.Url);
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        (await bench.CatchUpAsync()).Should().BeFalse();
        await Eventually.TrueAsync(() => Task.FromResult(bench.State.Backlog.Count == 1), "what waits should be counted");

        await _server.StartAsync();

        (await bench.ReadAsync("SELECT request_id FROM usage")).Should().Equal("req_1");
    }

    [Fact]
    public async Task what_it_had_committed_and_lost_is_sent_again()
    {
        await using var bench = await ShippingBench.StartAsync(_server.Url);
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await bench.ArrivedAsync();
        await _server.SaveAsync();
        for (var i = 2; i <= 700; i++)
        {
            _ = bench.Ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
        }

        await bench.Ownership.RecordAsync("device-1", OwnedKind.Batch, "batch_1", CancellationToken.None);
        (await bench.ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("700");

        await _server.RestoreAsync();
        (await PostgresServer.ReadAsync(_server.Url, "SELECT COUNT(*) FROM usage")).Should().Equal("1");

        await Eventually.TrueAsync(
            async () => (await PostgresServer.ReadAsync(_server.Url, "SELECT COUNT(*), SUM(cost_nano_usd) FROM usage"))[0] == $"700|{700 * 1234}",
            "what was lost should be sent again, although nothing new is settled");
        (await PostgresServer.ReadAsync(_server.Url, "SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_day")).Should().Equal($"700|{700 * 1234}");
        (await PostgresServer.ReadAsync(_server.Url, "SELECT resource_id FROM ownership")).Should().Equal("batch_1");
    }

    [Fact]
    public async Task a_settlement_does_not_wait_for_one_that_is_frozen_and_neither_does_a_question_for_long()
    {
        await using var bench = await ShippingBench.StartAsync(_server.Url);
        await bench.ArrivedAsync();
        await _server.FreezeAsync();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                await bench.Ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
            }

            var asked = Stopwatch.StartNew();
            (await bench.Ownership.OwnsAsync("device-1", OwnedKind.File, "file_1", CancellationToken.None)).Should().BeFalse();
            asked.Elapsed.Should().BeLessThan(PostgresOwnership.Bound + TimeSpan.FromSeconds(28), "a bound holds; the rest is for a busy machine");
        }
        finally
        {
            await _server.ThawAsync();
        }

        (await bench.ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("200");
    }

    [Fact]
    public async Task an_account_does_not_wait_for_one_that_is_frozen_and_knows_the_others_again_afterwards()
    {
        await using var bench = await ShippingBench.StartAsync(_server.Url);
        await using var other = await ShippingBench.StartAsync(_server.Url, "gateway-2");
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await other.Ledger.SettleAsync(LedgerRows.Row("req_2"), []);
        await bench.ArrivedAsync();
        await other.ArrivedAsync();
        await _server.FreezeAsync();
        try
        {
            var alone = await ReadAsync();
            alone.ByHour.Values.Sum().Should().Be(1234);
            alone.Others.Should().BeNull();
        }
        finally
        {
            await _server.ThawAsync();
        }

        await Eventually.TrueAsync(async () => (await ReadAsync()).Others?.Values.Sum() == 1234, "it should be asked again");

        Task<SpendState> ReadAsync() => bench.SpendHistory.ReadAsync(
            Some.Budget(period: BudgetPeriod.Total), "", DateTimeOffset.UnixEpoch, null, () => [], CancellationToken.None);
    }

    [Fact]
    public async Task connections_that_are_used_up_are_waited_for()
    {
        await using var bench = await ShippingBench.StartAsync(_server.Url.Replace("latchkey@", "gate@", StringComparison.Ordinal));
        (await bench.CatchUpAsync()).Should().BeFalse("the role isn't there yet");
        await PostgresServer.ExecuteAsync(_server.Url, "CREATE ROLE gate LOGIN CONNECTION LIMIT 0; GRANT CREATE ON SCHEMA public TO gate");
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await Eventually.TrueAsync(() => Task.FromResult(bench.State.Warning?.Contains("53300", StringComparison.Ordinal) is true), "too many connections should be told");

        await PostgresServer.ExecuteAsync(_server.Url, "ALTER ROLE gate CONNECTION LIMIT 5");

        await bench.ArrivedAsync();
        (await PostgresServer.ReadAsync(_server.Url, "SELECT request_id FROM usage")).Should().Equal("req_1");
    }
}

using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.Gateway.Tests.Storage.Sqlite;
using Latchkey.TestKit;
using Npgsql;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

/// <summary>What arrives in PostgreSQL, how often, and what is told when it doesn't.</summary>
[Collection(PostgresCollection.Name)]
public sealed class ShippingTests(SharedPostgres postgres)
{
    [Fact]
    public async Task a_row_says_which_gateway_sent_it_and_when()
    {
        await using var bench = await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync(), "gateway-7");
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);

        (await bench.ReadAsync("SELECT gateway_id, shipped_at > 1700000000000000 FROM usage")).Should().Equal("gateway-7|True");
        bench.State.Shipped.Should().Be(1);
        bench.State.Warning.Should().BeNull();
    }

    [Fact]
    public async Task rows_of_before_there_was_a_store_are_sent_too()
    {
        await using var bench = await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync(), before: path =>
        {
            SqliteRows.Execute(path, "INSERT INTO ownership VALUES ('file', 'file_1', 'a-device-0001', 5)");
            SqliteRows.Execute(path, "INSERT INTO outgoing_event (id, type, at, data) VALUES ('e1', 't', 1, '{}')");
            SqliteRows.Execute(path, """
                INSERT INTO usage VALUES ('req_old', 'settled', NULL, 'a-device-0001', NULL, NULL, 'ses_1', NULL, NULL, NULL, 'messages', 0, 'opus', NULL, NULL,
                    7, 9, 0, 0, 0, 0, '{}', 'actual', NULL, 5000, 'v1', 0, 200, 200, 'completed', NULL, 'none', NULL, NULL, NULL, 1, NULL, 2, 3, 4)
                """);
        });

        (await bench.ReadAsync("SELECT request_id, cost_nano_usd FROM usage")).Should().Equal("req_old|5000");
        (await bench.ReadAsync("SELECT id FROM outgoing_event")).Should().Equal("e1");
        (await bench.ReadAsync("SELECT kind, resource_id, device_id, created_at FROM ownership")).Should().Equal("file|file_1|a-device-0001|5");
    }

    [Fact]
    public async Task a_row_that_two_gateways_send_counts_once()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await ShippingBench.StartAsync(url, "gateway-1");
        await using var second = await ShippingBench.StartAsync(url, "gateway-2");
        await first.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await first.ArrivedAsync();
        await second.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await second.Ledger.SettleAsync(LedgerRows.Row("req_2"), []);

        (await second.ReadAsync("SELECT request_id, gateway_id FROM usage ORDER BY request_id")).Should().Equal("req_1|gateway-1", "req_2|gateway-2");
        (await second.ReadAsync("SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_hour")).Should().Equal($"2|{2 * 1234}");
    }

    [Fact]
    public async Task gateways_that_start_together_make_the_tables_once()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        var gateways = await Task.WhenAll(Enumerable.Range(1, 5).Select(i => ShippingBench.StartAsync(url, $"gateway-{i}")));
        foreach (var (gateway, i) in gateways.Select((g, i) => (g, i)))
        {
            await gateway.Ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
        }

        foreach (var gateway in gateways)
        {
            await gateway.ArrivedAsync();
            gateway.Logs.Lines.Should().NotContain(l => l.EventId == 8030);
        }

        (await gateways[0].ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("5");
        (await gateways[0].ReadAsync("SELECT COUNT(*), MAX(version) FROM store")).Should().Equal($"1|{PostgresSchema.Steps.Count}");
        foreach (var gateway in gateways)
        {
            await gateway.DisposeAsync();
        }
    }

    [Fact]
    public async Task gateways_that_add_to_the_same_sums_lose_nothing()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await ShippingBench.StartAsync(url, "gateway-1", timing: new ShippingTiming { Batch = 50 });
        await using var second = await ShippingBench.StartAsync(url, "gateway-2", timing: new ShippingTiming { Batch = 50 });
        for (var i = 0; i < 600; i++)
        {
            // In opposite orders, which is what deadlocks are made of.
            _ = first.Ledger.SettleAsync(LedgerRows.Row($"req_a{i}") with { DeviceId = $"device-{i % 20:D2}", Model = $"model-{i % 7}" }, []);
            _ = second.Ledger.SettleAsync(LedgerRows.Row($"req_b{i}") with { DeviceId = $"device-{19 - (i % 20):D2}", Model = $"model-{6 - (i % 7)}" }, []);
        }

        await first.ArrivedAsync();
        (await second.ReadAsync("SELECT COUNT(*), SUM(cost_nano_usd) FROM usage")).Should().Equal($"1200|{1200 * 1234}");
        (await second.ReadAsync("SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_day")).Should().Equal($"1200|{1200 * 1234}");
        (await second.ReadAsync("SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_hour")).Should().Equal($"1200|{1200 * 1234}");
    }

    [Theory]
    [InlineData("40P01")]
    [InlineData("40001")]
    public async Task a_transaction_that_loses_against_another_is_tried_again_at_once(string sqlState)
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var bench = await ShippingBench.StartAsync(url);
        await bench.ArrivedAsync();
        await PostgresServer.ExecuteAsync(url, $"""
            CREATE SEQUENCE tries;
            CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('tries') <= 2 THEN RAISE EXCEPTION 'lost' USING ERRCODE = '{sqlState}'; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER lose BEFORE INSERT ON usage FOR EACH STATEMENT EXECUTE FUNCTION lose();
            """);

        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);

        (await bench.ReadAsync("SELECT request_id FROM usage")).Should().Equal("req_1");
        (await PostgresServer.ReadAsync(url, "SELECT last_value FROM tries")).Should().Equal("3");
        bench.Logs.Lines.Should().NotContain(l => l.EventId == 8030, "that is no outage");
    }

    [Fact]
    public async Task a_row_that_is_refused_holds_up_no_other()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var bench = await ShippingBench.StartAsync(url);
        await bench.ArrivedAsync();
        await PostgresServer.ExecuteAsync(url, "ALTER TABLE usage ADD CHECK (request_id <> 'req_3')");
        for (var i = 0; i < 9; i++)
        {
            await bench.Ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
        }

        (await bench.ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("8");
        bench.Logs.Lines.Should().ContainSingle(l => l.EventId == 8033).Which.Message.Should().Contain("req_3").And.Contain("23514");
        bench.ReadJournal("SELECT id, refused FROM shipment WHERE shipped_at IS NULL").Should().Equal("req_3|23514");
        await Eventually.TrueAsync(() => Task.FromResult(bench.State.Warning is not null), "it should be told");
        bench.State.Warning.Should().Contain("refuses 1 row");
    }

    [Fact]
    public async Task a_text_that_postgresql_cannot_hold_arrives_without_what_it_cannot_hold()
    {
        await using var bench = await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync());
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1") with { ModelAsked = "a\0b" }, []);

        (await bench.ReadAsync("SELECT model_asked FROM usage")).Should().Equal("a\uFFFDb");
    }

    [Fact]
    public async Task a_newer_store_is_left_alone_and_that_is_told_once()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var bench = await ShippingBench.StartAsync(url);
        await bench.ArrivedAsync();
        await PostgresServer.ExecuteAsync(url, "UPDATE store SET version = 99");

        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        (await bench.CatchUpAsync()).Should().BeFalse();

        (await PostgresServer.ReadAsync(url, "SELECT COUNT(*) FROM usage")).Should().Equal("0");
        bench.State.Warning.Should().Contain("newer");
        bench.Logs.Lines.Should().ContainSingle(l => l.EventId == 8032);
        await PostgresServer.ExecuteAsync(url, $"UPDATE store SET version = {PostgresSchema.Steps.Count}");
        (await bench.ReadAsync("SELECT request_id FROM usage")).Should().Equal("req_1");
        bench.State.Warning.Should().BeNull();
    }

    [Fact]
    public async Task another_database_gets_what_the_journal_has()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var bench = await ShippingBench.StartAsync(url);
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await bench.ArrivedAsync();
        await PostgresServer.ExecuteAsync(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");

        await bench.Ledger.SettleAsync(LedgerRows.Row("req_2"), []);
        await bench.ArrivedAsync();

        (await bench.ReadAsync("SELECT request_id FROM usage ORDER BY request_id")).Should().Equal("req_1", "req_2");
        (await bench.ReadAsync("SELECT SUM(requests) FROM usage_hour")).Should().Equal("2");
        bench.Logs.Lines.Should().ContainSingle(l => l.EventId == 8035);
    }

    [Fact]
    public async Task what_has_arrived_leaves_the_journal_when_it_is_old_and_nothing_else_does()
    {
        await using var bench = await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync());
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), [new LedgerEvent("e1", "t", DateTimeOffset.UnixEpoch, "{}")]);
        await bench.Ownership.RecordAsync("a-device-0001", OwnedKind.File, "file_1", CancellationToken.None);
        await bench.ArrivedAsync();
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_2"), []);
        await bench.ArrivedAsync();
        var second = long.Parse(bench.ReadJournal("SELECT shipped_at FROM shipment WHERE id = 'req_2'")[0], System.Globalization.CultureInfo.InvariantCulture);

        (await bench.Shipments.ForgetAsync(second, 100)).Should().Be(3);

        bench.ReadJournal("SELECT request_id FROM usage").Should().Equal("req_2");
        bench.ReadJournal("SELECT id FROM shipment").Should().Equal("req_2");
        bench.ReadJournal("SELECT COUNT(*) FROM outgoing_event").Should().Equal("0");
        bench.ReadJournal("SELECT resource_id FROM ownership").Should().Equal("file_1");
        bench.ReadJournal("SELECT subject, gone_before FROM retention").Should().Equal("rows|86400000000");
        (await bench.ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("2");
    }

    [Fact]
    public async Task whose_file_it_is_every_gateway_knows()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await ShippingBench.StartAsync(url, "gateway-1");
        await using var second = await ShippingBench.StartAsync(url, "gateway-2");
        await second.ArrivedAsync();
        await first.Ownership.RecordAsync("device-1", OwnedKind.File, "file_1", CancellationToken.None);
        await first.ArrivedAsync();

        (await second.Ownership.OwnsAsync("device-1", OwnedKind.File, "file_1", CancellationToken.None)).Should().BeTrue();
        (await second.Ownership.OwnsAsync("device-2", OwnedKind.File, "file_1", CancellationToken.None)).Should().BeFalse();
        (await second.Ownership.OwnsAsync("device-1", OwnedKind.Batch, "file_1", CancellationToken.None)).Should().BeFalse();
    }

    [Fact]
    public async Task one_that_can_be_read_and_not_written_is_an_outage_and_told_once()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using (var maker = await ShippingBench.StartAsync(url))
        {
            await maker.ArrivedAsync();
        }

        var role = "r" + Guid.NewGuid().ToString("N");
        await PostgresServer.ExecuteAsync(url, $"CREATE ROLE {role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}");
        await using var bench = await ShippingBench.StartAsync(url.Replace("latchkey@", role + "@", StringComparison.Ordinal), timing: new ShippingTiming { LongestPause = TimeSpan.FromMilliseconds(10) });
        await bench.CatchUpAsync();
        await bench.Ledger.SettleAsync(LedgerRows.Row("req_1"), []);
        await Eventually.TrueAsync(() => Task.FromResult(bench.State.IsAway), "the refusal should be noticed");

        await PostgresServer.ExecuteAsync(url, $"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}");

        (await bench.ReadAsync("SELECT request_id FROM usage")).Should().Equal("req_1");
        bench.Logs.Lines.Count(l => l.EventId == 8030).Should().Be(1);
        bench.State.Warning.Should().BeNull();
    }

    [Fact]
    public async Task a_role_without_rights_is_an_outage_that_names_no_password()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        var role = "r" + Guid.NewGuid().ToString("N");
        await PostgresServer.ExecuteAsync(url, $"CREATE ROLE {role} LOGIN");
        await using var bench = await ShippingBench.StartAsync(url.Replace("latchkey@", $"{role}:s3cret@", StringComparison.Ordinal));

        (await bench.CatchUpAsync()).Should().BeFalse();

        bench.State.Warning.Should().Contain(PostgresErrorCodes.InsufficientPrivilege);
        bench.Logs.Lines.Should().Contain(l => l.EventId == 8030).And.NotContain(l => l.Message.Contains("s3cret"));
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Admin.Reconcile;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage;
using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Tests.Storage.Redis;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

/// <summary>Whole gateways with PostgreSQL as their store.</summary>
[Collection(PostgresCollection.Name)]
public sealed class StoreThroughGatewayTests(SharedPostgres postgres)
{
    private const string NobodyThere = "postgres://gate:s3cret@127.0.0.1:1/ledger";

    private const string Batch = """
        {"requests":[{"custom_id":"a","params":{"model":"claude-sonnet-5-5","max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}}]}
        """;

    [Fact]
    public async Task a_gateway_whose_postgresql_is_away_is_ready_serves_and_says_so()
    {
        await using var gateway = await StartAsync(NobodyThere);
        var token = await gateway.TokenAsync();

        using var answer = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        (await gateway.LedgerAsync(1)).Should().ContainSingle();
        await Eventually.TrueAsync(() => Task.FromResult(gateway.Logs.Lines.Any(l => l.EventId == 8030)), "the outage should be told");

        using var ready = await gateway.Http.GetAsync(new Uri("/readyz", UriKind.Relative));
        ready.StatusCode.Should().Be(HttpStatusCode.OK);
        var text = await ready.Content.ReadAsStringAsync();
        text.Should().Contain("shipped to PostgreSQL").And.Contain("be reached");
        gateway.Logs.Lines.Count(l => l.EventId == 8030).Should().Be(1);
        string.Join('\n', gateway.Logs.Lines.Select(l => l.Message)).Should().NotContain("s3cret");
        text.Should().NotContain("s3cret");
    }

    [Fact]
    public async Task calls_of_two_gateways_are_in_one_store()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await StartAsync(url);
        await using var second = await StartAsync(url, first);
        foreach (var gateway in new[] { first, second })
        {
            using var answer = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message()));
            answer.StatusCode.Should().Be(HttpStatusCode.OK);
            await answer.Content.ReadAsStringAsync();
        }

        await Eventually.TrueAsync(
            async () => await IsAsync(url, "SELECT COUNT(*), COUNT(DISTINCT gateway_id), (SELECT SUM(requests) FROM usage_hour) FROM usage", "2|2|2"),
            "both rows should arrive, each under its gateway's name");
        first.Tally.Rows().Should().HaveCount(2);
        foreach (var gateway in new[] { first, second })
        {
            using var stats = await AskAsync(gateway, "/admin/stats");
            stats.StatusCode.Should().Be(HttpStatusCode.OK);
            (await stats.Content.ReadAsStringAsync()).Should().Contain("\"totalRequests\":2");
        }
    }

    [Fact]
    public async Task a_report_has_the_call_of_a_moment_ago()
    {
        await using var gateway = await StartAsync(await postgres.Server.CreateDatabaseAsync());
        var token = await gateway.TokenAsync();
        for (var calls = 1; calls <= 20; calls++)
        {
            using var answer = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));
            await answer.Content.ReadAsStringAsync();

            using var stats = await AskAsync(gateway, "/admin/stats");

            (await stats.Content.ReadAsStringAsync()).Should().Contain($"\"totalRequests\":{calls},");
        }
    }

    [Theory]
    [InlineData("/admin/stats")]
    [InlineData("/admin/usage")]
    [InlineData("/admin/usage/summary?group_by=model")]
    [InlineData("/admin/usage/rows")]
    public async Task a_report_says_that_postgresql_is_away(string path)
    {
        await using var gateway = await StartAsync(NobodyThere);

        using var answer = await AskAsync(gateway, path);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        answer.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        answer.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(5));
        (await answer.Content.ReadAsStringAsync()).Should().Contain("PostgreSQL").And.NotContain("s3cret");
        gateway.Logs.Lines.Should().NotContain(l => l.Level == LogLevel.Error);
    }

    [Fact]
    public async Task a_rerating_says_that_postgresql_is_away()
    {
        await using var gateway = await StartAsync(NobodyThere);

        using var answer = await RerateAsync(gateway);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("PostgreSQL");
    }

    [Fact]
    public async Task a_row_that_the_journal_no_longer_has_is_rated_again()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var gateway = await StartAsync(url);
        using (var answer = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message("[simulate: usage={\"input_tokens\":30,\"output_tokens\":21}]", model: "claude-opus-5-5"))))
        {
            await answer.Content.ReadAsStringAsync();
        }

        await Eventually.TrueAsync(async () => await IsAsync(url, "SELECT COUNT(*) FROM usage", "1"), "the row should arrive");
        await Eventually.TrueAsync(
            async () => await gateway.Services.GetRequiredService<SqliteShipments>().ForgetAsync(long.MaxValue, 500) > 0, "what has arrived should be forgotten");
        (await gateway.LedgerAsync(0)).Should().BeEmpty();
        const long cost = 540_000;
        var books = gateway.Services.GetRequiredService<PriceBooks>();
        var list = books.Current;
        foreach (var (book, now) in new[] { (Half(), cost / 2), (list, cost), (Half(), cost / 2) })
        {
            books.Replace(book);
            (await CorrectedAsync(gateway)).Should().Be(1);
            (await CorrectedAsync(gateway)).Should().Be(0, "done twice it changes nothing more");

            (await PostgresServer.ReadAsync(url, "SELECT SUM(cost_nano_usd) FROM usage")).Should().Equal($"{now}");
            (await PostgresServer.ReadAsync(url, "SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_hour")).Should().Equal($"1|{now}");
            (await PostgresServer.ReadAsync(url, "SELECT SUM(requests), SUM(cost_nano_usd) FROM usage_day")).Should().Equal($"1|{now}");
        }

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var days = gateway.Services.GetRequiredService<ILedgerDays>();
        (await days.DaysAsync(today.AddDays(-1), today, CancellationToken.None)).Sum(d => d.CostNanoDollars).Should().Be(cost / 2);
        await PostgresServer.ExecuteAsync(url, """UPDATE usage SET usage = '{"input_tokens":30,"iterations":[{"type":"message"}]}' WHERE kind = 'settled'""");
        (await days.SteppedAsync(today.AddDays(-1), today, CancellationToken.None).ToListAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task a_batch_made_through_one_gateway_can_be_asked_for_through_another_by_its_own_device_only()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using var first = await StartAsync(url);
        await using var second = await StartAsync(url, first);
        var token = await first.TokenAsync();
        using var created = await first.Http.SendAsync(TestGateway.Call(token, "/v1/messages/batches", Batch));
        created.StatusCode.Should().Be(HttpStatusCode.OK);
        var id = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString();
        await Eventually.TrueAsync(async () => await IsAsync(url, "SELECT COUNT(*) FROM ownership", "1"), "whose it is should arrive");
        await Eventually.TrueAsync(() => Task.FromResult(second.Logs.Lines.Any(l => l.EventId == 8031)), "the other gateway should be connected");

        using var own = await second.Http.SendAsync(TestGateway.Call(token, $"/v1/messages/batches/{id}"));
        using var others = await second.Http.SendAsync(TestGateway.Call(await second.TokenAsync("another-device-0001"), $"/v1/messages/batches/{id}"));

        own.StatusCode.Should().Be(HttpStatusCode.OK);
        others.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task what_a_gateway_settles_last_goes_out_before_it_ends()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        await using (var gateway = await StartAsync(url))
        {
            await Eventually.TrueAsync(() => Task.FromResult(gateway.Logs.Lines.Any(l => l.EventId == 8031)), "it should be connected");
            using var answer = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message()));
            await answer.Content.ReadAsStringAsync();
        }

        (await PostgresServer.ReadAsync(url, "SELECT COUNT(*) FROM usage")).Should().Equal("1");
    }

    [Fact]
    public async Task a_gateway_keeps_its_name_and_sends_what_it_wrote_while_it_had_no_store()
    {
        var url = await postgres.Server.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        try
        {
            foreach (var store in new[] { url, null, url })
            {
                await using var gateway = await StartAsync(store, dataDirectory: folder);
                using var answer = await gateway.Http.SendAsync(TestGateway.Call(await gateway.TokenAsync(), "/v1/messages", TestGateway.Message()));
                await answer.Content.ReadAsStringAsync();
            }

            await using var last = await StartAsync(url, dataDirectory: folder);
            await Eventually.TrueAsync(async () => await IsAsync(url, "SELECT COUNT(*), COUNT(DISTINCT gateway_id) FROM usage", "3|1"), "all rows should arrive");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task the_journal_is_kept_for_a_day_and_no_longer()
    {
        await using var bench = await ShippingBench.StartAsync(await postgres.Server.CreateDatabaseAsync());
        for (var i = 0; i < 1100; i++)
        {
            _ = bench.Ledger.SettleAsync(LedgerRows.Row($"req_{i}"), []);
        }

        await bench.ArrivedAsync();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var upkeep = new JournalUpkeep(bench.Shipments, Options.Create(new StorageOptions()), clock, NullLogger<JournalUpkeep>.Instance);
        await upkeep.StartAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromHours(23));
        bench.ReadJournal("SELECT COUNT(*) FROM usage").Should().Equal("1100");

        await Eventually.TrueAsync(
            () =>
            {
                // A minute and its pauses, again and again: each takes a part.
                clock.Advance(TimeSpan.FromMinutes(10));
                return Task.FromResult(bench.ReadJournal("SELECT COUNT(*) FROM usage")[0] == "0");
            },
            "what is older should be deleted, batch by batch");

        (await bench.ReadAsync("SELECT COUNT(*) FROM usage")).Should().Equal("1100");
        bench.ReadJournal("SELECT SUM(requests) FROM usage_hour").Should().Equal("1100");
        await upkeep.StopAsync(CancellationToken.None);
    }

    private static PriceBook Half()
    {
        PriceBook.Default.TryWithOverrides(new PriceOverrides { Version = "acme-1", DiscountBasisPoints = 5_000 }, out var book, out var problem).Should().BeTrue(problem);
        return book!;
    }

    private static async Task<long> CorrectedAsync(TestGateway gateway)
    {
        using var answer = await RerateAsync(gateway);
        answer.StatusCode.Should().Be(HttpStatusCode.OK);
        var corrected = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("rows_corrected").GetInt64();

        // A report waits until PostgreSQL has what was settled before it.
        using var stats = await AskAsync(gateway, "/admin/stats");
        stats.StatusCode.Should().Be(HttpStatusCode.OK);
        return corrected;
    }

    private static Task<HttpResponseMessage> RerateAsync(TestGateway gateway)
    {
        var order = TestGateway.Call(TestGateway.OperatorKey, "/admin/prices/rerate", """{"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}""");
        return gateway.Http.SendAsync(order);
    }

    private static Task<HttpResponseMessage> AskAsync(TestGateway gateway, string path)
    {
        var question = new HttpRequestMessage(HttpMethod.Get, path);
        question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        return gateway.Http.SendAsync(question);
    }

    private static async Task<bool> IsAsync(string url, string sql, string expected)
    {
        try
        {
            return (await PostgresServer.ReadAsync(url, sql)).SequenceEqual([expected]);
        }
        catch (Npgsql.PostgresException e) when (e.SqlState == Npgsql.PostgresErrorCodes.UndefinedTable)
        {
            // The gateway hasn't made it yet.
            return false;
        }
    }

    private static Task<TestGateway> StartAsync(string? url, TestGateway? beside = null, string? dataDirectory = null) =>
        TestGateway.StartAsync(
            [("Latchkey:Database:Url", url ?? ""), ("Latchkey:Tokens:Secret", "a secret that two gateways share in tests")],
            upstream: beside?.SimulatorAddress,
            dataDirectory: dataDirectory);
}

using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage.Sqlite;

/// <summary>How SQLite goes about the questions that must stay fast.</summary>
public sealed class QueryPlanTests
{
    private static readonly DateTimeOffset March = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly UsageFilter Month = new() { From = March, To = March.AddMonths(1) };

    [Theory]
    [InlineData("totals", "usage_hour USING PRIMARY KEY (hour>? AND hour<?)")]
    [InlineData("totals of a ragged month", "usage USING INDEX usage_by_time (started_at>? AND started_at<?)")]
    [InlineData("one device", "usage_day USING INDEX usage_day_by_device (device_id=? AND day>? AND day<?)")]
    [InlineData("one device of a ragged month", "usage USING INDEX usage_by_device (device_id=? AND started_at>? AND started_at<?)")]
    [InlineData("one user", "usage_day USING INDEX usage_day_by_user (user_id=? AND day>? AND day<?)")]
    [InlineData("one session", "usage USING INDEX usage_by_client_session (client_session_id=? AND started_at>? AND started_at<?)")]
    public async Task it_is_answered_without_looking_at_every_row(string question, string search)
    {
        await using var bench = await SqliteUsageBench.StartAsync();
        var (filter, groupBy) = question switch
        {
            "totals" => (Month, Array.Empty<UsageDimension>()),
            "totals of a ragged month" => (Month with { From = March.AddSeconds(1), To = March.AddDays(30).AddSeconds(7) }, []),
            "one device" => (Month with { DeviceId = "a" }, [UsageDimension.Model]),
            "one device of a ragged month" => (Month with { DeviceId = "a", From = March.AddSeconds(1), To = March.AddDays(30).AddSeconds(7) }, [UsageDimension.Model]),
            "one user" => (Month with { UserId = "a" }, [UsageDimension.Day]),
            "one session" => (Month with { Session = "a" }, [UsageDimension.Agent]),
            _ => throw new ArgumentOutOfRangeException(nameof(question)),
        };
        var conditions = new UsageConditions(filter, modelIsAlias: false);
        var plan = UsagePlan.For(UsagePlan.RollUpFor([.. conditions.Dimensions, .. groupBy]), filter.From, filter.To, Kept.Everything).Value!;

        var steps = await ExplainAsync(bench, UsageStatements.Groups(new SummaryQuestion(filter, groupBy), conditions, plan, SqlDialect.Sqlite));

        steps.Should().Contain($"SEARCH {search}");
        steps.Should().NotContain(s => s.StartsWith("SCAN usage", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_page_of_rows_is_found_by_time()
    {
        await using var bench = await SqliteUsageBench.StartAsync();
        var after = new RowPosition(Instants.Of(March), "req_1", "settled");

        foreach (var filter in new[] { new UsageFilter(), new UsageFilter { DeviceId = "a" } })
        {
            var steps = await ExplainAsync(bench, UsageStatements.Rows(new UsageConditions(filter, false), default, after, 100, SqlDialect.Sqlite));

            steps.Should().Contain(s => s.StartsWith("SEARCH usage USING INDEX", StringComparison.Ordinal));
            steps.Should().NotContain("USE TEMP B-TREE FOR ORDER BY");
        }
    }

    [Fact]
    public async Task what_is_deleted_is_found_by_index()
    {
        await using var bench = await SqliteUsageBench.StartAsync();
        foreach (var table in new[] { RetainedTable.Rows, RetainedTable.Hours, RetainedTable.Days })
        {
            var steps = await ExplainAsync(bench, table.Delete(Instants.Of(March), Retention.Batch));

            steps.Should().NotContain(s => s.StartsWith("SCAN", StringComparison.Ordinal)).And.NotContain(s => s.Contains("ORDER BY"));
        }
    }

    private static async Task<List<string>> ExplainAsync(SqliteUsageBench bench, Sql sql)
    {
        await using var connection = await bench.Database.ConnectAsync(default);
        await using var command = sql.On(connection);
        command.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
        await using var row = await command.ExecuteReaderAsync();
        var steps = new List<string>();
        while (await row.ReadAsync())
        {
            steps.Add(row.GetString(3));
        }

        return steps;
    }
}

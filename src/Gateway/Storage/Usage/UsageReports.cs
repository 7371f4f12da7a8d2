using System.Data.Common;
using System.Runtime.CompilerServices;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Reads the ledger, from roll-ups where they can answer; what was settled before the question is in the answer.</summary>
internal sealed class UsageReports(IUsageDatabase database, Writing writing) : IUsageReports
{
    /// <summary>Rows that are in memory at once when all of them are asked for.</summary>
    private const int PageSize = 1000;

    public async Task<Answer<UsageSums>> SumAsync(UsageFilter filter, CancellationToken cancellation)
    {
        var (groups, problem) = await GroupAsync(new SummaryQuestion(filter, []), cancellation);
        if (groups is null)
        {
            return problem!;
        }

        await using (groups)
        {
            await foreach (var all in groups.Groups.WithCancellation(cancellation))
            {
                return all.Sums;
            }
        }

        throw new InvalidOperationException("A sum without groups has one line.");
    }

    public async Task<IReadOnlyList<UsageMetric>> LatestAsync(UsageFilter filter, int limit, CancellationToken cancellation)
    {
        await using var connection = await AfterWritesAsync(cancellation);
        var period = new Period(filter.From is { } from ? Instants.Of(from) : null, filter.To is { } to ? Instants.Of(to) : null);
        await using var command = UsageStatements.Latest(await ConditionsAsync(connection, filter, cancellation), period, limit, database.Dialect).On(connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var metrics = new List<UsageMetric>();
        while (await row.ReadAsync(cancellation))
        {
            metrics.Add(Metric(row));
        }

        return metrics;
    }

    public async Task<Answer<UsageGroups>> GroupAsync(SummaryQuestion question, CancellationToken cancellation)
    {
        var connection = await AfterWritesAsync(cancellation);
        GroupReading? reading = null;
        try
        {
            var conditions = await ConditionsAsync(connection, question.Filter, cancellation);
            var rollUp = conditions.OfRowsOnly ? null : UsagePlan.RollUpFor([.. conditions.Dimensions, .. question.GroupBy]);
            var kept = await KeptAsync(connection, cancellation);
            while (true)
            {
                var (plan, problem) = UsagePlan.For(rollUp, question.Filter.From, question.Filter.To, kept);
                if (plan is null)
                {
                    return problem!;
                }

                reading = await GroupReading.BeginAsync(connection, UsageStatements.Groups(question, conditions, plan, database.Dialect), question.GroupBy, cancellation);

                // Asked when the statement has its view of the data: what was deleted before that is told before it is deleted.
                var now = await KeptAsync(cancellation);
                if (now == kept)
                {
                    var groups = new UsageGroups(plan.From is { } from ? Instants.From(from) : null, reading.ReadAsync(cancellation), reading);
                    reading = null;
                    connection = null;
                    return groups;
                }

                kept = now;
                await reading.EndAsync();
                reading = null;
            }
        }
        finally
        {
            if (reading is not null)
            {
                await reading.DisposeAsync();
            }
            else if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    public async Task<Answer<IAsyncEnumerable<UsageRowValues>>> RowsAsync(UsageFilter filter, RowPosition? after, int? limit, CancellationToken cancellation)
    {
        await using var connection = await AfterWritesAsync(cancellation);
        var conditions = await ConditionsAsync(connection, filter, cancellation);
        var kept = await KeptAsync(connection, cancellation);
        var (plan, problem) = UsagePlan.For(null, filter.From, filter.To, kept);
        return new(plan is null ? null : ReadRowsAsync(conditions, plan.Rows[0], kept, after, limit, cancellation), problem);
    }

    /// <summary>Page by page, so that nobody's slow download keeps the database from tidying up behind it.</summary>
    private async IAsyncEnumerable<UsageRowValues> ReadRowsAsync(
        UsageConditions conditions, Period period, Kept kept, RowPosition? after, int? limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var left = limit ?? int.MaxValue; left > 0;)
        {
            var page = new List<UsageRowValues>(Math.Min(left, PageSize));
            await using (var connection = await database.ConnectAsync(cancellation))
            {
                await using (var command = UsageStatements.Rows(conditions, period, after, Math.Min(left, PageSize), database.Dialect).On(connection))
                await using (var row = await command.ExecuteReaderAsync(cancellation))
                {
                    int[] columns = [.. RowColumns.All.Select(c => row.GetOrdinal(c.Source))];
                    while (await row.ReadAsync(cancellation))
                    {
                        page.Add(Values(row, columns));
                    }
                }

                if ((await KeptAsync(connection, cancellation)).Rows is var gone && gone != kept.Rows && (period.From ?? 0) < gone)
                {
                    throw new InvalidOperationException("Rows that were asked for were deleted while they were read.");
                }
            }

            foreach (var row in page)
            {
                yield return row;
            }

            left -= page.Count;
            if (page.Count < PageSize)
            {
                yield break;
            }

            after = page[^1].Position;
        }
    }

    private static UsageRowValues Values(DbDataReader row, int[] columns)
    {
        var values = new object?[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            values[i] = row.IsDBNull(columns[i]) ? null : RowColumns.All[i].Shape is RowShape.Text ? row.GetString(columns[i]) : row.GetInt64(columns[i]);
        }

        return new UsageRowValues(values, new RowPosition(row.GetInt64(0), row.GetString(1), row.GetString(2)));
    }

    private static UsageMetric Metric(DbDataReader row)
    {
        string? Text(string name) => row.GetOrdinal(name) is var at && row.IsDBNull(at) ? null : row.GetString(at);
        long Number(string name) => row.GetInt64(row.GetOrdinal(name));
        return new UsageMetric
        {
            RequestId = Text("request_id")!,
            UpstreamRequestId = Text("upstream_request_id"),
            DeviceId = Text("device_id")!,
            UserId = Text("user_id"),
            OrgId = Text("org_id"),
            ClientSessionId = Text("client_session_id"),
            Route = Text("route")!,
            Stream = Number("stream") != 0,
            Model = Text("model_answered") ?? Text("model_asked"),
            ModelAsked = Text("model_asked"),
            InputTokens = Number("input_tokens"),
            OutputTokens = Number("output_tokens"),
            CacheCreationInputTokens = Number("cache_creation_input_tokens"),
            CacheReadInputTokens = Number("cache_read_input_tokens"),
            Quality = Text("quality")!,
            QualityReason = Text("quality_reason"),
            CostUsd = UsageSums.Dollars(Number("corrected_nano_usd")),
            PriceVersion = Text("price_version")!,
            Unpriced = Number("still_unpriced") != 0,
            LatencyMs = Number("latency_us") / 1000.0,
            FirstByteMs = row.IsDBNull(row.GetOrdinal("first_byte_us")) ? null : Number("first_byte_us") / 1000.0,
            Status = (int)Number("status"),
            Ending = Text("ending")!,
            Fault = Text("fault")!,
            ErrorType = Text("error_type"),
            StopReason = Text("stop_reason"),
            Timestamp = ProtocolJson.Instant(Instants.From(Number("started_at"))),
        };
    }

    private async Task<DbConnection> AfterWritesAsync(CancellationToken cancellation)
    {
        await writing.DoneAsync(cancellation);
        return await database.ConnectAsync(cancellation);
    }

    private static async Task<UsageConditions> ConditionsAsync(DbConnection connection, UsageFilter filter, CancellationToken cancellation)
    {
        if (filter.Model is not { } model)
        {
            return new UsageConditions(filter, modelIsAlias: false);
        }

        await using var command = UsageStatements.CountsUnder(model).On(connection);
        return new UsageConditions(filter, modelIsAlias: await command.ExecuteScalarAsync(cancellation) is null);
    }

    private async Task<Kept> KeptAsync(CancellationToken cancellation)
    {
        await using var connection = await database.ConnectAsync(cancellation);
        return await KeptAsync(connection, cancellation);
    }

    private static async Task<Kept> KeptAsync(DbConnection connection, CancellationToken cancellation)
    {
        var kept = Kept.Everything;
        await using var command = UsageStatements.Kept().On(connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            kept = row.GetString(0) switch
            {
                Kept.OfRows => kept with { Rows = row.GetInt64(1) },
                Kept.OfSums => kept with { Sums = row.GetInt64(1) },
                _ => kept,
            };
        }

        return kept;
    }
}

using Latchkey.Gateway.Admin.Usage;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>The statements of the reports; the same text for every database but for its dialect.</summary>
internal static class UsageStatements
{
    private const string SumNames =
        "requests, succeeded, input_tokens, output_tokens, cache_creation_input_tokens, cache_creation_1h_input_tokens, cache_read_input_tokens, "
        + "web_search_requests, cost_nano_usd, latency_us";

    private static readonly SqlFragment Comma = SqlFragment.Constant(", ");
    private static readonly SqlFragment UnionAll = SqlFragment.Constant(" UNION ALL ");
    private static readonly SqlFragment SumColumns = SqlFragment.Constant(SumNames);

    /// <summary>What a row adds to each sum: as the roll-ups count.</summary>
    private static readonly SqlFragment SumsOfRow = SqlFragment.Constant("""
        CASE WHEN kind = 'settled' THEN 1 ELSE 0 END AS requests,
        CASE WHEN kind = 'settled' AND status BETWEEN 200 AND 299 AND ending = 'completed' THEN 1 ELSE 0 END AS succeeded,
        input_tokens, output_tokens, cache_creation_input_tokens, cache_creation_1h_input_tokens, cache_read_input_tokens, web_search_requests,
        cost_nano_usd, CASE WHEN kind = 'settled' THEN latency_us ELSE 0 END AS latency_us
        """);

    // PostgreSQL's sum of bigints is a numeric.
    private static readonly SqlFragment Summed = SqlFragment.Constant("""
        CAST(COALESCE(SUM(requests), 0) AS BIGINT) AS requests, CAST(COALESCE(SUM(succeeded), 0) AS BIGINT) AS succeeded,
        CAST(COALESCE(SUM(input_tokens), 0) AS BIGINT) AS input_tokens, CAST(COALESCE(SUM(output_tokens), 0) AS BIGINT) AS output_tokens,
        CAST(COALESCE(SUM(cache_creation_input_tokens), 0) AS BIGINT) AS cache_creation_input_tokens,
        CAST(COALESCE(SUM(cache_creation_1h_input_tokens), 0) AS BIGINT) AS cache_creation_1h_input_tokens,
        CAST(COALESCE(SUM(cache_read_input_tokens), 0) AS BIGINT) AS cache_read_input_tokens,
        CAST(COALESCE(SUM(web_search_requests), 0) AS BIGINT) AS web_search_requests,
        CAST(COALESCE(SUM(cost_nano_usd), 0) AS BIGINT) AS cost_nano_usd, CAST(COALESCE(SUM(latency_us), 0) AS BIGINT) AS latency_us
        """);

    private static readonly SqlFragment RowColumns = SqlFragment.Constant("""
        started_at, request_id, kind, upstream_request_id, device_id, user_id, org_id, session_id, client_session_id, client_agent_id, client_parent_agent_id,
        route, stream, model, model_asked, model_answered, input_tokens, output_tokens, cache_creation_input_tokens, cache_creation_1h_input_tokens,
        cache_read_input_tokens, web_search_requests, cost_nano_usd, price_version, unpriced, quality, quality_reason, status, upstream_status, ending, abort,
        fault, error_type, stop_reason, key_fingerprint, latency_us, first_byte_us, request_bytes, response_bytes
        """);

    private static readonly SqlFragment StartedAt = SqlFragment.Constant("started_at");

    /// <summary>One line a group: its key, then the ten sums.</summary>
    public static Sql Groups(SummaryQuestion question, UsageConditions conditions, UsagePlan plan, SqlDialect dialect)
    {
        DimensionColumn[] key = [.. question.GroupBy.Select(DimensionColumn.Of)];
        List<(RollUp? Source, Period Period)> parts = [.. plan.Rows.Select(p => ((RollUp?)null, p))];
        if (plan.Source is { } source)
        {
            parts.Add((source, plan.Whole));
        }

        var sql = new Sql().Add($"SELECT ");
        AddNames(sql, key).Add($"{SumColumns} FROM (SELECT ");
        AddNames(sql, key).Add($"{Summed} FROM (");
        sql.AddEach(UnionAll, parts, (s, part) => AddPart(s, key, part.Source, part.Period, conditions)).Add($") AS part");
        if (key.Length > 0)
        {
            sql.Add($" GROUP BY ").AddEach(Comma, key, (s, column) => s.Add($"{column.Name}"));
        }

        sql.Add($") AS grouped");
        AddPosition(sql, key, question, dialect);
        AddOrder(sql, key, question, dialect);
        return question.Limit is { } limit ? sql.Add($" LIMIT {(long)limit}") : sql;
    }

    /// <summary>Rows in the order of <see cref="RowPosition"/>.</summary>
    public static Sql Rows(UsageConditions conditions, Period period, RowPosition? after, int limit, SqlDialect dialect)
    {
        var text = dialect.ByBytes;
        if (after is not null && (period.To is null || after.StartedAtMicroseconds < period.To))
        {
            // An index is entered at one bound only: at the page's, not at the period's end.
            period = period with { To = after.StartedAtMicroseconds + 1 };
        }

        var sql = conditions.AddTo(new Sql().Add($"SELECT {RowColumns} FROM usage"), StartedAt, period, 1);
        if (after is not null)
        {
            sql.Add($" AND (started_at, request_id{text}, kind{text}) < ({after.StartedAtMicroseconds}, {after.RequestId}, {after.Kind})");
        }

        return sql.Add($" ORDER BY started_at DESC, request_id{text} DESC, kind{text} DESC LIMIT {(long)limit}");
    }

    /// <summary>The latest exchanges, each with the sum of its row and what corrects it; its model has a price once a correction knew one.</summary>
    public static Sql Latest(UsageConditions conditions, Period period, int limit, SqlDialect dialect)
    {
        var text = dialect.ByBytes;
        var sql = new Sql().Add($"SELECT latest.*, CAST((SELECT SUM(cost_nano_usd) FROM usage AS u WHERE u.request_id = latest.request_id) AS BIGINT) AS corrected_nano_usd, CAST((SELECT MIN(unpriced) FROM usage AS u WHERE u.request_id = latest.request_id) AS BIGINT) AS still_unpriced FROM (SELECT {RowColumns} FROM usage");
        conditions.AddTo(sql, StartedAt, period, 1);
        return sql.Add($" AND kind = 'settled' ORDER BY started_at DESC, request_id{text} DESC LIMIT {(long)limit}) AS latest ORDER BY started_at DESC, request_id{text} DESC");
    }

    /// <summary>A line if anything counts under this name.</summary>
    public static Sql CountsUnder(string model) => new Sql().Add($"SELECT 1 FROM usage_hour WHERE model = {model} LIMIT 1");

    /// <summary>How far back the books go: subject and instant.</summary>
    public static Sql Kept() => new Sql().Add($"SELECT subject, gone_before FROM retention");

    private static Sql AddNames(Sql sql, DimensionColumn[] key)
    {
        foreach (var column in key)
        {
            sql.Add($"{column.Name}, ");
        }

        return sql;
    }

    private static void AddPart(Sql sql, DimensionColumn[] key, RollUp? source, Period period, UsageConditions conditions)
    {
        sql.Add($"SELECT ");
        foreach (var column in key)
        {
            sql.Add($"{column.In(source)} AS {column.Name}, ");
        }

        var (table, time, unit) = source switch
        {
            RollUp.Hour => (SqlFragment.Constant("usage_hour"), SqlFragment.Constant("hour"), Instants.PerHour),
            RollUp.Day => (SqlFragment.Constant("usage_day"), SqlFragment.Constant("day"), Instants.PerDay),
            _ => (SqlFragment.Constant("usage"), StartedAt, 1L),
        };
        sql.Add($"{(source is null ? SumsOfRow : SumColumns)} FROM {table}");
        conditions.AddTo(sql, time, period, unit);
    }

    private static void AddPosition(Sql sql, DimensionColumn[] key, SummaryQuestion question, SqlDialect dialect)
    {
        if (question.After is not { } after)
        {
            return;
        }

        sql.Add($" WHERE (");
        AddOrderTerms(sql, key, question, dialect).Add($") > (");
        if (question.DearestFirst)
        {
            sql.Add($"{-after.CostNanoDollars}");
            sql.Add($"{(key.Length > 0 ? Comma : default)}");
        }

        sql.AddEach(Comma, after.Key, (s, value) => _ = value is string text ? s.Add($"{text}") : s.Add($"{(long)value}")).Add($")");
    }

    private static void AddOrder(Sql sql, DimensionColumn[] key, SummaryQuestion question, SqlDialect dialect)
    {
        if (key.Length > 0)
        {
            AddOrderTerms(sql.Add($" ORDER BY "), key, question, dialect);
        }
    }

    private static Sql AddOrderTerms(Sql sql, DimensionColumn[] key, SummaryQuestion question, SqlDialect dialect)
    {
        if (question.DearestFirst)
        {
            sql.Add($"-cost_nano_usd, ");
        }

        return sql.AddEach(Comma, key, (s, column) => s.Add($"{column.Name}{(column.IsText ? dialect.ByBytes : default)}"));
    }
}

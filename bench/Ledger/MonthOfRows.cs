using Latchkey.Gateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Latchkey.Ledger;

/// <summary>Fills a file with a month of rows, fast: in the order of time, with the sums and the indexes afterwards.</summary>
internal static class MonthOfRows
{
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = Begin.AddDays(31);

    private const int PerTransaction = 1_000_000;

    private const string Sums = """
        COUNT(*), SUM(status = 200 AND ending = 'completed'), SUM(input_tokens), SUM(output_tokens), SUM(cache_creation_input_tokens),
        SUM(cache_creation_1h_input_tokens), SUM(cache_read_input_tokens), SUM(web_search_requests), SUM(cost_nano_usd), SUM(latency_us)
        """;

    /// <summary>Multiplications by primes spread devices, models and figures over the month without a generator of random numbers.</summary>
    private const string Insert = """
        WITH RECURSIVE numbers (n) AS (SELECT $first UNION ALL SELECT n + 1 FROM numbers WHERE n < $last),
            spread (n, a, b) AS (SELECT n, (n * 7919 + n / 1009) % 1000, (n * 104729 + n / 31) % 100003 FROM numbers)
        INSERT INTO usage (request_id, kind, upstream_request_id, device_id, user_id, org_id, session_id, client_session_id, client_agent_id, route, stream, model,
            model_asked, model_answered, input_tokens, output_tokens, cache_creation_input_tokens, cache_creation_1h_input_tokens, cache_read_input_tokens,
            web_search_requests, usage, quality, cost_nano_usd, price_version, unpriced, status, upstream_status, ending, fault, stop_reason, key_fingerprint,
            started_at, first_byte_us, latency_us, request_bytes, response_bytes)
        SELECT printf('req_lk_%012x7abc8def%012x', n, b * 1000 + a), 'settled', printf('req_01%020d', n), printf('device-%04d', a), printf('user-%03d', a % 200),
            CASE a % 3 WHEN 0 THEN 'acme' WHEN 1 THEN 'beta' ELSE 'gamma' END, printf('session-%04d', a), printf('%08x-0000-4000-8000-%012x', a, n / 20000),
            CASE WHEN b % 3 = 0 THEN printf('agent-%d', b % 7) END, 'messages', 1,
            CASE b % 5 WHEN 0 THEN 'claude-opus-5-5' WHEN 1 THEN 'claude-sonnet-5-5' WHEN 2 THEN 'claude-haiku-5-5' WHEN 3 THEN 'claude-opus-5' ELSE 'claude-haiku-4-5' END,
            'claude-sonnet-5-5', 'claude-sonnet-5-5', b % 4000, b % 1500, b % 9000, 0, b, 0,
            printf('{"input_tokens":%d,"output_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d}', b % 4000, b % 1500, b % 9000, b),
            'actual', b * 1000 + 17, '2026-11-20@fde429d3f94a', 0, 200, 200, CASE WHEN b % 50 = 0 THEN 'client_gone' ELSE 'completed' END, 'none', 'end_turn',
            CASE WHEN a % 2 = 0 THEN 'k1' ELSE 'k2' END, $begin + CAST(n * $step AS INTEGER), 400000 + b, 2000000 + b, 20000, 9000
        FROM spread
        """;

    public static void Fill(SqliteFile file, int count)
    {
        using var connection = file.Connect();
        Execute(connection, "PRAGMA synchronous = OFF");
        Execute(connection, "PRAGMA cache_size = -200000");
        var trigger = Read(connection, "SELECT sql FROM sqlite_schema WHERE name = 'usage_rolls_up'").Single();
        var indexes = Read(connection, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'usage' AND sql IS NOT NULL");
        foreach (var name in Read(connection, "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'usage' AND sql IS NOT NULL"))
        {
            Execute(connection, $"DROP INDEX {name}");
        }

        Execute(connection, "DROP TRIGGER usage_rolls_up");
        for (var from = 0; from < count; from += PerTransaction)
        {
            using var transaction = connection.BeginTransaction();
            using var insert = connection.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandTimeout = 0;
            insert.CommandText = Insert;
            insert.Parameters.AddWithValue("$first", from);
            insert.Parameters.AddWithValue("$last", Math.Min(from + PerTransaction, count) - 1);
            insert.Parameters.AddWithValue("$begin", Begin.ToUnixTimeMilliseconds() * 1000);
            insert.Parameters.AddWithValue("$step", (End - Begin).Ticks / TimeSpan.TicksPerMicrosecond / (double)count);
            insert.ExecuteNonQuery();
            transaction.Commit();
        }

        foreach (var index in indexes)
        {
            Execute(connection, index);
        }

        Execute(connection, $"INSERT INTO usage_hour SELECT started_at / 3600000000, COALESCE(org_id, ''), model, key_fingerprint, {Sums} FROM usage GROUP BY 1, 2, 3, 4");
        Execute(connection, $"INSERT INTO usage_day SELECT started_at / 86400000000, device_id, user_id, COALESCE(org_id, ''), model, {Sums} FROM usage GROUP BY 1, 2, 3, 4, 5");
        Execute(connection, trigger);
        Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (Read(connection, "SELECT (SELECT SUM(cost_nano_usd) FROM usage) = (SELECT SUM(cost_nano_usd) FROM usage_hour) AND (SELECT COUNT(*) FROM usage) = (SELECT SUM(requests) FROM usage_day)").Single() != "1")
        {
            throw new InvalidOperationException("The sums aren't those of the rows.");
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandTimeout = 0;
        command.CommandText = sql;
        using var row = command.ExecuteReader();
        var values = new List<string>();
        while (row.Read())
        {
            values.Add(row.GetString(0));
        }

        return values;
    }
}

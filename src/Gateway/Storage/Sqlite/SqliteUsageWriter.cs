using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The one connection that writes usage rows, with its statements prepared. Not safe for concurrent use; thrown away after any failure.</summary>
internal sealed class SqliteUsageWriter : IDisposable
{
    private const string Columns = """
        (request_id, upstream_request_id, device_id, user_id, org_id, session_id, client_session_id, client_agent_id,
            route, stream, model_asked, model_answered, input_tokens, output_tokens, cache_creation_input_tokens,
            cache_read_input_tokens, usage, quality, cost_nano_usd, price_version, unpriced, status, upstream_status, ending, fault,
            error_type, stop_reason, key_fingerprint, started_at, first_byte_us, latency_us, request_bytes, response_bytes)
        VALUES ($request_id, $upstream_request_id, $device_id, $user_id, $org_id, $session_id, $client_session_id, $client_agent_id,
            $route, $stream, $model_asked, $model_answered, $input_tokens, $output_tokens, $cache_creation_input_tokens,
            $cache_read_input_tokens, $usage, $quality, $cost_nano_usd, $price_version, $unpriced, $status, $upstream_status, $ending, $fault,
            $error_type, $stop_reason, $key_fingerprint, $started_at, $first_byte_us, $latency_us, $request_bytes, $response_bytes)
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _open;
    private readonly SqliteCommand _settle;
    private readonly SqliteCommand _close;

    public SqliteUsageWriter(SqliteFile file)
    {
        _connection = file.Connect();
        _open = Command($"INSERT OR REPLACE INTO open_exchange {Columns}");
        _settle = Command($"INSERT INTO usage {Columns} ON CONFLICT (request_id) DO NOTHING");
        _close = Command("DELETE FROM open_exchange WHERE request_id = $request_id");
    }

    /// <summary>Settles what a process that died has left open, with the row that it had written for that case.</summary>
    /// <returns>How many there were.</returns>
    public int SettleLeftOpen()
    {
        using var transaction = _connection.BeginTransaction();
        using var settle = Command("INSERT INTO usage SELECT * FROM open_exchange WHERE true ON CONFLICT (request_id) DO NOTHING");
        using var close = Command("DELETE FROM open_exchange");
        settle.Transaction = transaction;
        close.Transaction = transaction;
        settle.ExecuteNonQuery();
        var left = close.ExecuteNonQuery();
        transaction.Commit();
        return left;
    }

    /// <summary>Writes everything in one transaction, on the disk when it returns.</summary>
    public void Write(IReadOnlyList<LedgerItem> items)
    {
        using var transaction = _connection.BeginTransaction();
        _open.Transaction = transaction;
        _settle.Transaction = transaction;
        _close.Transaction = transaction;
        foreach (var item in items)
        {
            switch (item.Kind)
            {
                case LedgerItemKind.Open:
                    Run(_open, item.Entry!);
                    break;
                case LedgerItemKind.Settle:
                    Run(_settle, item.Entry!);
                    _close.Parameters.Clear();
                    _close.Parameters.AddWithValue("$request_id", item.Entry!.RequestId);
                    _close.ExecuteNonQuery();
                    break;
            }
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        _open.Dispose();
        _settle.Dispose();
        _close.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    private static void Run(SqliteCommand command, UsageEntry entry)
    {
        command.Parameters.Clear();
        Bind(command.Parameters, entry);
        command.ExecuteNonQuery();
    }

    private static void Bind(SqliteParameterCollection row, UsageEntry entry)
    {
        Add("$request_id", entry.RequestId);
        Add("$upstream_request_id", entry.UpstreamRequestId);
        Add("$device_id", entry.DeviceId);
        Add("$user_id", entry.UserId);
        Add("$org_id", entry.OrgId);
        Add("$session_id", entry.SessionId);
        Add("$client_session_id", entry.ClientSessionId);
        Add("$client_agent_id", entry.ClientAgentId);
        Add("$route", entry.Route);
        Add("$stream", entry.Stream ? 1 : 0);
        Add("$model_asked", entry.ModelAsked);
        Add("$model_answered", entry.ModelAnswered);
        Add("$input_tokens", entry.Usage.InputTokens);
        Add("$output_tokens", entry.Usage.OutputTokens);
        Add("$cache_creation_input_tokens", entry.Usage.CacheCreationInputTokens);
        Add("$cache_read_input_tokens", entry.Usage.CacheReadInputTokens);
        Add("$usage", JsonSerializer.Serialize(entry.Usage, UsageJson.Default.Usage));
        Add("$quality", entry.Quality.ToString().ToLowerInvariant());
        Add("$cost_nano_usd", entry.CostNanoDollars);
        Add("$price_version", entry.PriceVersion);
        Add("$unpriced", entry.Unpriced ? 1 : 0);
        Add("$status", entry.Status);
        Add("$upstream_status", entry.UpstreamStatus);
        Add("$ending", entry.Ending);
        Add("$fault", entry.Fault);
        Add("$error_type", entry.ErrorType);
        Add("$stop_reason", entry.StopReason);
        Add("$key_fingerprint", entry.KeyFingerprint);
        Add("$started_at", SqliteTime.Of(entry.StartedAt));
        Add("$first_byte_us", entry.FirstByteAfter is { } first ? (long)first.TotalMicroseconds : null);
        Add("$latency_us", (long)entry.Latency.TotalMicroseconds);
        Add("$request_bytes", entry.RequestBytes);
        Add("$response_bytes", entry.ResponseBytes);

        void Add(string name, object? value) => row.AddWithValue(name, value ?? DBNull.Value);
    }
}

/// <summary>What is to be written.</summary>
internal enum LedgerItemKind
{
    /// <summary>The row that holds after a crash.</summary>
    Open,

    /// <summary>The true row; what was open is closed.</summary>
    Settle,

    /// <summary>Nothing: somebody waits for what came before.</summary>
    Flush,
}

/// <summary>Something to write, and whom to tell when it is durable.</summary>
internal readonly record struct LedgerItem(LedgerItemKind Kind, UsageEntry? Entry, TaskCompletionSource? Durable);

using System.Text.Json;
using System.Threading.Channels;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Settle;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Writes usage rows off the path: whatever has come together meanwhile is one transaction.</summary>
internal sealed class SqliteUsageLedger(SqliteFile file, TimeProvider time, ILogger<SqliteUsageLedger> log) : BackgroundService, IUsageLedger
{
    private const int MaxBatch = 1000;

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });

    /// <inheritdoc/>
    public void Append(UsageEntry entry)
    {
        if (!_items.Writer.TryWrite(new Item(entry, null)))
        {
            log.RowAfterEnd(entry.RequestId);
        }
    }

    /// <inheritdoc/>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        var flushed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_items.Writer.TryWrite(new Item(null, flushed)))
        {
            await flushed.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>Stops after the last exchange has settled: hosted services end in reverse order, the web server before this one.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _items.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await writing.WaitAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Item>(MaxBatch);
        while (await _items.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _items.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            await WriteUntilDurableAsync(batch);
            foreach (var item in batch)
            {
                item.Flushed?.TrySetResult();
            }

            batch.Clear();
        }
    }

    /// <summary>A full disk or a lock passes; the rows wait in memory until then.</summary>
    private async Task WriteUntilDurableAsync(List<Item> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Write(batch);
                if (attempt > 1)
                {
                    log.WritingAgain(batch.Count);
                }

                return;
            }
            catch (SqliteException e)
            {
                log.WriteFailed(e, batch.Count, attempt);
                await Task.Delay(RetryPause, time);
            }
        }
    }

    private void Write(List<Item> batch)
    {
        using var connection = file.Connect();
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = """
            INSERT INTO usage (request_id, upstream_request_id, device_id, user_id, org_id, session_id, client_session_id, client_agent_id,
                route, stream, model_asked, model_answered, input_tokens, output_tokens, cache_creation_input_tokens,
                cache_read_input_tokens, usage, quality, status, upstream_status, ending, fault, error_type, stop_reason,
                key_fingerprint, started_at, first_byte_us, latency_us, request_bytes, response_bytes)
            VALUES ($request_id, $upstream_request_id, $device_id, $user_id, $org_id, $session_id, $client_session_id, $client_agent_id,
                $route, $stream, $model_asked, $model_answered, $input_tokens, $output_tokens, $cache_creation_input_tokens,
                $cache_read_input_tokens, $usage, $quality, $status, $upstream_status, $ending, $fault, $error_type, $stop_reason,
                $key_fingerprint, $started_at, $first_byte_us, $latency_us, $request_bytes, $response_bytes)
            ON CONFLICT (request_id) DO NOTHING
            """;
        foreach (var item in batch)
        {
            if (item.Entry is { } entry)
            {
                insert.Parameters.Clear();
                Bind(insert.Parameters, entry);
                insert.ExecuteNonQuery();
            }
        }

        transaction.Commit();
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

    /// <summary>A row to write, or somebody who waits for those before it.</summary>
    private readonly record struct Item(UsageEntry? Entry, TaskCompletionSource? Flushed);
}

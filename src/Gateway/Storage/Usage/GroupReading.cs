using System.Data.Common;
using System.Runtime.CompilerServices;
using Latchkey.Gateway.Admin.Usage;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>A statement of groups that has begun; its connection is its own.</summary>
internal sealed class GroupReading : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbCommand _command;
    private readonly DbDataReader _row;
    private readonly IReadOnlyList<UsageDimension> _groupBy;
    private bool _any;

    private GroupReading(DbConnection connection, DbCommand command, DbDataReader row, IReadOnlyList<UsageDimension> groupBy, bool any)
    {
        _connection = connection;
        _command = command;
        _row = row;
        _groupBy = groupBy;
        _any = any;
    }

    /// <summary>Runs it to its first line: from there on it has its view of the data.</summary>
    public static async Task<GroupReading> BeginAsync(DbConnection connection, Sql sql, IReadOnlyList<UsageDimension> groupBy, CancellationToken cancellation)
    {
        var command = sql.On(connection);
        DbDataReader? row = null;
        try
        {
            row = await command.ExecuteReaderAsync(cancellation);
            return new GroupReading(connection, command, row, groupBy, await row.ReadAsync(cancellation));
        }
        catch
        {
            if (row is not null)
            {
                await row.DisposeAsync();
            }

            await command.DisposeAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<UsageGroup> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (; _any; _any = await _row.ReadAsync(cancellation))
        {
            yield return Group();
        }
    }

    /// <summary>Ends the statement; the connection can be used for another.</summary>
    public async ValueTask EndAsync()
    {
        await _row.DisposeAsync();
        await _command.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _connection.DisposeAsync();
    }

    private UsageGroup Group()
    {
        var key = new object[_groupBy.Count];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = _groupBy[i] is UsageDimension.Hour or UsageDimension.Day ? _row.GetInt64(i) : _row.GetString(i);
        }

        var at = key.Length;
        return new UsageGroup(key, new UsageSums
        {
            Requests = _row.GetInt64(at),
            Succeeded = _row.GetInt64(at + 1),
            InputTokens = _row.GetInt64(at + 2),
            OutputTokens = _row.GetInt64(at + 3),
            CacheCreationInputTokens = _row.GetInt64(at + 4),
            CacheCreation1hInputTokens = _row.GetInt64(at + 5),
            CacheReadInputTokens = _row.GetInt64(at + 6),
            WebSearchRequests = _row.GetInt64(at + 7),
            CostNanoDollars = _row.GetInt64(at + 8),
            LatencyMicroseconds = _row.GetInt64(at + 9),
        });
    }
}

using Latchkey.Gateway.Admin.Events;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>Reads what the outside is told; what was settled before the question is in the answer.</summary>
internal sealed class EventFeed(IUsageDatabase database, Writing writing) : IEventFeed
{
    public async Task<IReadOnlyList<FeedEvent>> ReadAsync(long after, string? type, int limit, CancellationToken cancellation)
    {
        await writing.DoneAsync(cancellation);
        var statement = new Sql().Add($"SELECT seq, id, type, at, data FROM outgoing_event WHERE seq > {after}");
        if (type is not null)
        {
            statement.Add($" AND type = {type}");
        }

        await using var connection = await database.ConnectAsync(cancellation);
        await using var command = statement.Add($" ORDER BY seq LIMIT {(long)limit}").On(connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var events = new List<FeedEvent>();
        while (await row.ReadAsync(cancellation))
        {
            events.Add(new FeedEvent(row.GetInt64(0), row.GetString(1), row.GetString(2), Instants.From(row.GetInt64(3)), row.GetString(4)));
        }

        return events;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.Gateway.Tokens.Devices;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The devices.</summary>
internal sealed class SqliteDeviceStore(SqliteFile file) : IDeviceStore
{
    private const string Columns = """
        id, name, platform, app_version, app_channel, user_id, org_id, state, state_reason, state_changed_at, enrolled_by, first_seen_at, last_seen_at,
        tokens_not_before
        """;

    public Task<int> SeenAsync(Device device, TimeSpan freshFor, int most, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        var known = Find(connection, device.Id);
        if (known is not null && SaysNothingNew(known, device, freshFor))
        {
            // Without a lock, and without a sync: a fleet that renews its tokens costs the ledger nothing.
            return Task.FromResult(0);
        }

        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO device (id, name, platform, app_version, app_channel, user_id, org_id, state, enrolled_by, first_seen_at, last_seen_at)
            VALUES ($id, $name, $platform, $version, $channel, $user, $org, 'active', $enrolled, $now, $now)
            ON CONFLICT (id) DO UPDATE SET name = COALESCE(excluded.name, name), platform = COALESCE(excluded.platform, platform),
                app_version = COALESCE(excluded.app_version, app_version), app_channel = COALESCE(excluded.app_channel, app_channel),
                user_id = COALESCE(excluded.user_id, user_id), org_id = COALESCE(excluded.org_id, org_id),
                enrolled_by = COALESCE(enrolled_by, excluded.enrolled_by), first_seen_at = COALESCE(first_seen_at, excluded.first_seen_at),
                last_seen_at = MAX(COALESCE(last_seen_at, 0), excluded.last_seen_at)
            """;
        command.Parameters.AddWithValue("$id", device.Id);
        command.Parameters.AddWithValue("$name", OrNull(device.Name));
        command.Parameters.AddWithValue("$platform", OrNull(device.Platform));
        command.Parameters.AddWithValue("$version", OrNull(device.AppVersion));
        command.Parameters.AddWithValue("$channel", OrNull(device.AppChannel));
        command.Parameters.AddWithValue("$user", OrNull(device.UserId));
        command.Parameters.AddWithValue("$org", OrNull(device.OrgId));
        command.Parameters.AddWithValue("$enrolled", OrNull(device.EnrolledBy));
        command.Parameters.AddWithValue("$now", Instants.Of(device.LastSeenAt!.Value));
        command.ExecuteNonQuery();
        var forgotten = known is null ? Forget(connection, most) : 0;
        transaction.Commit();
        return Task.FromResult(forgotten);
    }

    public Task<Device?> FindAsync(string id, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        return Task.FromResult(Find(connection, id));
    }

    public Task<IReadOnlyList<Device>> ListAsync(DeviceQuestion question, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT {Columns} FROM device
            WHERE id > $after AND ($state IS NULL OR state = $state)
                AND ($search IS NULL OR substr(id, 1, length($search)) = $search OR substr(name, 1, length($search)) = $search)
            ORDER BY id LIMIT $limit
            """;
        command.Parameters.AddWithValue("$after", question.After ?? "");
        command.Parameters.AddWithValue("$state", question.State is { } state ? NameOf(state) : DBNull.Value);
        command.Parameters.AddWithValue("$search", OrNull(question.Search));
        command.Parameters.AddWithValue("$limit", question.Limit);
        return Task.FromResult<IReadOnlyList<Device>>(Read(command));
    }

    public Task<IReadOnlyList<Device>> StoppedAsync(CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM device WHERE state <> 'active' OR tokens_not_before IS NOT NULL";
        return Task.FromResult<IReadOnlyList<Device>>(Read(command));
    }

    public Task<Device> ChangeAsync(DeviceChange change, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO device (id, state, state_reason, state_changed_at, tokens_not_before) VALUES ($id, $state, $reason, $at, $notBefore)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, state_reason = excluded.state_reason, state_changed_at = excluded.state_changed_at,
                tokens_not_before = COALESCE(excluded.tokens_not_before, tokens_not_before)
            """;
        command.Parameters.AddWithValue("$id", change.Id);
        command.Parameters.AddWithValue("$state", NameOf(change.State));
        command.Parameters.AddWithValue("$reason", change.Reason);
        command.Parameters.AddWithValue("$at", Instants.Of(change.At));
        command.Parameters.AddWithValue("$notBefore", change.TokensNotBefore is { } notBefore ? Instants.Of(notBefore) : DBNull.Value);
        command.ExecuteNonQuery();
        var state = NameOf(change.State);
        SqliteNews.Tell(
            connection,
            $"device.{state}",
            change.At,
            JsonSerializer.Serialize(new DeviceNews(change.Id, state, change.Reason), DeviceNewsJson.Default.DeviceNews));
        var changed = Find(connection, change.Id)!;
        transaction.Commit();
        return Task.FromResult(changed);
    }

    private static Device? Find(SqliteConnection connection, string id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM device WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return Read(command) is [var device] ? device : null;
    }

    /// <summary>Whoever can reach an open gateway can make up ids: the table has an end, and what an operator decided is never pushed out of it.</summary>
    private static int Forget(SqliteConnection connection, int most)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            DELETE FROM device WHERE id IN (
                SELECT id FROM device WHERE state_changed_at IS NULL ORDER BY last_seen_at LIMIT MAX(0, (SELECT COUNT(*) FROM device) - $most))
            """;
        command.Parameters.AddWithValue("$most", most);
        return command.ExecuteNonQuery();
    }

    private static bool SaysNothingNew(Device known, Device device, TimeSpan freshFor) =>
        known.LastSeenAt + freshFor > device.LastSeenAt
        && IsOldNews(device.Name, known.Name)
        && IsOldNews(device.Platform, known.Platform)
        && IsOldNews(device.AppVersion, known.AppVersion)
        && IsOldNews(device.AppChannel, known.AppChannel)
        && IsOldNews(device.UserId, known.UserId)
        && IsOldNews(device.OrgId, known.OrgId);

    private static bool IsOldNews(string? said, string? known) => said is null || said == known;

    private static List<Device> Read(SqliteCommand command)
    {
        using var row = command.ExecuteReader();
        var devices = new List<Device>();
        while (row.Read())
        {
            devices.Add(new Device
            {
                Id = row.GetString(0),
                Name = Text(row, 1),
                Platform = Text(row, 2),
                AppVersion = Text(row, 3),
                AppChannel = Text(row, 4),
                UserId = Text(row, 5),
                OrgId = Text(row, 6),
                State = StateOf(row.GetString(7)),
                StateReason = Text(row, 8),
                StateChangedAt = Instant(row, 9),
                EnrolledBy = Text(row, 10),
                FirstSeenAt = Instant(row, 11),
                LastSeenAt = Instant(row, 12),
                TokensNotBefore = Instant(row, 13),
            });
        }

        return devices;
    }

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Instant(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Instants.From(row.GetInt64(column));

    private static object OrNull(string? text) => (object?)text ?? DBNull.Value;

    private static string NameOf(DeviceState state) => state switch
    {
        DeviceState.Active => "active",
        DeviceState.Quarantined => "quarantined",
        DeviceState.Revoked => "revoked",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static DeviceState StateOf(string name) => name switch
    {
        "active" => DeviceState.Active,
        "quarantined" => DeviceState.Quarantined,
        "revoked" => DeviceState.Revoked,

        // A lock that nobody applies would be worse than a gateway that doesn't start.
        _ => throw new InvalidDataException($"A device's state in the database can't be read: '{name}'."),
    };
}

/// <summary>Data of <c>device.active</c>, <c>device.quarantined</c> and <c>device.revoked</c>.</summary>
/// <param name="DeviceId">Which device.</param>
/// <param name="State">Its state from now on.</param>
/// <param name="Reason">Why, in the operator's words.</param>
internal sealed record DeviceNews(string DeviceId, string State, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DeviceNews))]
internal sealed partial class DeviceNewsJson : JsonSerializerContext;

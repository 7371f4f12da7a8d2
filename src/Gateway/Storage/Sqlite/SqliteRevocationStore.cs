using System.Text.Json;
using System.Text.Json.Serialization;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.Gateway.Tokens.Revocation;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>Sessions that were taken back, and since when tokens count at all.</summary>
internal sealed class SqliteRevocationStore(SqliteFile file) : IRevocationStore
{
    public Task<IReadOnlyList<string>> SessionsAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM revoked_session WHERE at >= $since";
        command.Parameters.AddWithValue("$since", Instants.Of(since));
        using var row = command.ExecuteReader();
        var sessions = new List<string>();
        while (row.Read())
        {
            sessions.Add(row.GetString(0));
        }

        return Task.FromResult<IReadOnlyList<string>>(sessions);
    }

    public Task<DateTimeOffset?> NotBeforeAsync(CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT MAX(not_before) FROM revoked_tokens";
        return Task.FromResult<DateTimeOffset?>(command.ExecuteScalar() is long notBefore ? Instants.From(notBefore) : null);
    }

    public Task RevokeSessionAsync(string session, string reason, DateTimeOffset at, DateTimeOffset forgetBefore, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var transaction = connection.BeginTransaction();
        using var forget = connection.CreateCommand();
        forget.CommandText = "DELETE FROM revoked_session WHERE at < $before";
        forget.Parameters.AddWithValue("$before", Instants.Of(forgetBefore));
        forget.ExecuteNonQuery();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO revoked_session (id, reason, at) VALUES ($id, $reason, $at) ON CONFLICT (id) DO NOTHING";
        command.Parameters.AddWithValue("$id", session);
        command.Parameters.AddWithValue("$reason", reason);
        command.Parameters.AddWithValue("$at", Instants.Of(at));
        if (command.ExecuteNonQuery() > 0)
        {
            SqliteNews.Tell(
                connection,
                "session.revoked",
                at,
                JsonSerializer.Serialize(new SessionNews(session, reason), RevocationNewsJson.Default.SessionNews));
        }

        transaction.Commit();
        return Task.CompletedTask;
    }

    public Task RevokeAllAsync(DateTimeOffset notBefore, string reason, DateTimeOffset at, CancellationToken cancellation)
    {
        using var connection = file.Connect();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO revoked_tokens (not_before, reason, at) VALUES ($notBefore, $reason, $at)";
        command.Parameters.AddWithValue("$notBefore", Instants.Of(notBefore));
        command.Parameters.AddWithValue("$reason", reason);
        command.Parameters.AddWithValue("$at", Instants.Of(at));
        command.ExecuteNonQuery();
        SqliteNews.Tell(
            connection,
            "tokens.revoked",
            at,
            JsonSerializer.Serialize(new TokensNews(ProtocolJson.Instant(notBefore), reason), RevocationNewsJson.Default.TokensNews));
        transaction.Commit();
        return Task.CompletedTask;
    }
}

/// <summary>Data of <c>session.revoked</c>.</summary>
/// <param name="SessionId">Which session.</param>
/// <param name="Reason">Why, in the operator's words.</param>
internal sealed record SessionNews(string SessionId, string Reason);

/// <summary>Data of <c>tokens.revoked</c>.</summary>
/// <param name="NotBefore">Tokens that were made before aren't good.</param>
/// <param name="Reason">Why, in the operator's words.</param>
internal sealed record TokensNews(string NotBefore, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionNews))]
[JsonSerializable(typeof(TokensNews))]
internal sealed partial class RevocationNewsJson : JsonSerializerContext;

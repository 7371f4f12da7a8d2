using Latchkey.Gateway.Configuration;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The embedded database: one file, readers beside one writer (WAL), a commit is on the disk when it returns (FULL).</summary>
internal sealed class SqliteFile
{
    private const int SchemaVersion = 1;

    private const string UsageColumns = """
        request_id TEXT NOT NULL PRIMARY KEY,
        upstream_request_id TEXT,
        device_id TEXT NOT NULL,
        user_id TEXT,
        org_id TEXT,
        session_id TEXT NOT NULL,
        client_session_id TEXT,
        client_agent_id TEXT,
        route TEXT NOT NULL,
        stream INTEGER NOT NULL,
        model_asked TEXT,
        model_answered TEXT,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        cache_creation_input_tokens INTEGER NOT NULL,
        cache_read_input_tokens INTEGER NOT NULL,
        usage TEXT NOT NULL,
        quality TEXT NOT NULL,
        cost_nano_usd INTEGER NOT NULL,
        price_version TEXT NOT NULL,
        unpriced INTEGER NOT NULL,
        status INTEGER NOT NULL,
        upstream_status INTEGER,
        ending TEXT NOT NULL,
        fault TEXT NOT NULL,
        error_type TEXT,
        stop_reason TEXT,
        key_fingerprint TEXT,
        started_at INTEGER NOT NULL,
        first_byte_us INTEGER,
        latency_us INTEGER NOT NULL,
        request_bytes INTEGER NOT NULL,
        response_bytes INTEGER NOT NULL
        """;

    /// <summary>A row of <c>open_exchange</c> is the row of <c>usage</c> that holds if the process dies now.</summary>
    private const string Schema = $"""
        CREATE TABLE usage ({UsageColumns}) STRICT;
        CREATE TABLE open_exchange ({UsageColumns}) STRICT;
        CREATE INDEX usage_by_time ON usage (started_at);
        CREATE INDEX usage_by_device ON usage (device_id, started_at);
        CREATE TABLE ownership (
            kind TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            device_id TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (kind, resource_id)
        ) STRICT, WITHOUT ROWID;
        """;

    private readonly string _connectionString;

    private SqliteFile(string path, int busySeconds) =>
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = busySeconds }.ToString();

    /// <summary>Opens the file and brings its tables up to date.</summary>
    /// <param name="path">The file; it is made when it isn't there.</param>
    /// <param name="busySeconds">How long a statement waits for somebody else's lock.</param>
    /// <exception cref="SettingException">The file is damaged, or a newer version of the gateway has written it.</exception>
    public static SqliteFile Open(string path, int busySeconds = 5)
    {
        var file = new SqliteFile(path, busySeconds);
        try
        {
            using var connection = file.Connect();
            Execute(connection, "PRAGMA journal_mode = WAL");
            using var transaction = connection.BeginTransaction();
            var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);
            switch (version)
            {
                case SchemaVersion:
                    break;
                case 0:
                    Execute(connection, Schema);
                    Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
                    break;
                default:
                    throw new SettingException($"DATA_DIR: {path} was written by a newer version of the gateway (schema {version}, this one knows {SchemaVersion}).");
            }

            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw new SettingException($"DATA_DIR: {path} can't be used as a database ({e.Message}). Restore it from a backup or move it away.");
        }

        return file;
    }

    /// <summary>A connection from the pool; dispose it to give it back.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}

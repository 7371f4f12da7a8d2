using Microsoft.Data.Sqlite;

namespace Latchkey.Desktop.Storage;

/// <summary>Statements in one line. The text is always a constant; values are parameters.</summary>
internal static class SqliteStatements
{
    /// <summary>How many rows it changed.</summary>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; the type's default when there is none.</summary>
    public static T? Scalar<T>(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, sql, parameters);
        return command.ExecuteScalar() is T value ? value : default;
    }

    public static List<T> Query<T>(
        this SqliteConnection connection,
        Func<SqliteDataReader, T> read,
        string sql,
        params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public static string? TextOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static long? NumberOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public static DateTimeOffset Instant(this SqliteDataReader reader, int column) =>
        DateTimeOffset.UnixEpoch.AddMicroseconds(reader.GetInt64(column));

    /// <summary>As times are kept: UTC microseconds.</summary>
    public static long Microseconds(this DateTimeOffset instant) =>
        (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static SqliteCommand Command(SqliteConnection connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}

using Latchkey.Gateway.Configuration;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>The embedded database: one file, readers beside one writer (WAL), a commit is on the disk when it returns (FULL).</summary>
internal sealed class SqliteFile
{
    private readonly string _pooled;
    private readonly string _alone;

    private SqliteFile(string path, int busySeconds)
    {
        var options = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = busySeconds };
        _pooled = options.ToString();
        options.Pooling = false;
        _alone = options.ToString();
    }

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
            SqliteStatements.Execute(connection, "PRAGMA journal_mode = WAL");
            using var transaction = connection.BeginTransaction();
            var version = Convert.ToInt32(SqliteStatements.Scalar(connection, "PRAGMA user_version"), System.Globalization.CultureInfo.InvariantCulture);
            var newest = SqliteSchema.Steps.Count;
            if (version > newest)
            {
                throw new SettingException($"DATA_DIR: {path} was written by a newer version of the gateway (schema {version}, this one knows {newest}).");
            }

            foreach (var step in SqliteSchema.Steps.Skip(version))
            {
                SqliteStatements.Execute(connection, step);
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
    public SqliteConnection Connect() => Open(_pooled);

    /// <summary>
    /// A connection of the caller's own. One that was opened while the folder was read-only stays so: out of a pool, the same would come back
    /// again and again.
    /// </summary>
    public SqliteConnection ConnectAlone() => Open(_alone);

    private static SqliteConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        SqliteStatements.Execute(connection, "PRAGMA synchronous = FULL");
        return connection;
    }
}

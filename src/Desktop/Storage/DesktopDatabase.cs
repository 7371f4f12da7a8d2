using Microsoft.Data.Sqlite;

namespace Latchkey.Desktop.Storage;

/// <summary>
/// The app's file, <c>desktop.db</c>, readable by the person only. One connection, one call at a time: a window's worth of reading and
/// writing takes less than a millisecond. Thread-safe.
/// </summary>
internal sealed class DesktopDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _lock = new();

    /// <param name="folder">Made when it isn't there.</param>
    /// <exception cref="DatabaseUnusableException">The file can't be used; the message says why.</exception>
    public DesktopDatabase(string folder)
    {
        Path = System.IO.Path.Combine(folder, "desktop.db");
        try
        {
            PrivateFiles.MakeFolder(folder);
            PrivateFiles.MakeFile(Path);
            var file = new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false, DefaultTimeout = 5 };
            _connection = new SqliteConnection(file.ToString());
            _connection.Open();
            // What the person deletes is overwritten, not only unlinked.
            _connection.Execute(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;");
            _connection.CreateFunction(
                "holds", (string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) == true);
            DesktopSchema.Raise(_connection, Path);
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            _connection?.Dispose();
            throw new DatabaseUnusableException($"{Path} can't be used: {exception.Message}", exception);
        }
    }

    public string Path { get; }

    /// <summary>Runs something that only reads, or a single statement.</summary>
    public T Use<T>(Func<SqliteConnection, T> work)
    {
        lock (_lock)
        {
            return work(_connection);
        }
    }

    /// <summary>Runs statements that belong together: all of them or none.</summary>
    public T Change<T>(Func<SqliteConnection, T> work)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            var result = work(_connection);
            transaction.Commit();
            return result;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }
}

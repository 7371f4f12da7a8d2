using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Latchkey.Desktop.Storage;

/// <summary>What the file looks like, as steps from one version to the next. Times are UTC microseconds.</summary>
internal static class DesktopSchema
{
    private const string First = """
        CREATE TABLE conversation (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          title TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          model TEXT,
          draft TEXT NOT NULL DEFAULT '',
          deleted_at INTEGER
        ) STRICT;
        CREATE TABLE message (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          conversation_id INTEGER NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
          speaker TEXT NOT NULL CHECK (speaker IN ('person', 'claude')),
          text TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('complete', 'writing', 'stopped', 'failed', 'interrupted')),
          model TEXT,
          stop_reason TEXT,
          input_tokens INTEGER,
          output_tokens INTEGER,
          trouble TEXT,
          created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX message_of_conversation ON message (conversation_id, id);
        CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        """;

    private static readonly string[] Steps = [First];

    /// <summary>Brings the file up to this version of the app.</summary>
    /// <exception cref="DatabaseUnusableException">A newer app wrote it: its data would be lost on this one.</exception>
    public static void Raise(SqliteConnection connection, string path)
    {
        var version = (int)connection.Scalar<long>("PRAGMA user_version");
        if (version > Steps.Length)
        {
            throw new DatabaseUnusableException(
                $"{path} was written by a newer version of this app. Update the app, or move the file away.");
        }

        for (var step = version; step < Steps.Length; step++)
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(Steps[step]);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {step + 1}"));
            transaction.Commit();
        }
    }
}

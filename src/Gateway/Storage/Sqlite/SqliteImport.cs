using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>
/// The one connection that writes usage rows, straight from the journal's bytes: its texts are UTF-8 as SQLite's are, so that a row costs no
/// object. Not safe for concurrent use; thrown away after any failure.
/// </summary>
internal sealed class SqliteImport : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _row;
    private readonly sqlite3_stmt _event;
    private readonly sqlite3_stmt _note;

    public SqliteImport(SqliteFile file)
    {
        _connection = file.ConnectAlone();
        _row = Prepare(
            $"INSERT INTO usage ({UsageColumns.Names}) VALUES ({string.Join(", ", UsageColumns.All.Select(_ => "?"))}) ON CONFLICT (request_id, kind) DO NOTHING");
        _event = Prepare("INSERT INTO outgoing_event (id, type, at, data) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
        _note = Prepare("UPDATE journal_import SET segment = ?, byte_offset = ?");
    }

    /// <summary>How far the journal has been taken over, by what is in the file.</summary>
    public JournalPosition ReadNote()
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT segment, byte_offset FROM journal_import";
        using var row = command.ExecuteReader();
        return row.Read() ? new JournalPosition(row.GetInt64(0), row.GetInt32(1)) : throw new InvalidDataException("The database doesn't say how far the journal was taken over.");
    }

    public SqliteTransaction Begin() => _connection.BeginTransaction();

    /// <summary>Somebody else's upkeep of the file.</summary>
    public void Keep(Action<SqliteConnection> upkeep) => upkeep(_connection);

    /// <summary>Inserts a row and what others are told of it; a second one of the same key changes nothing.</summary>
    /// <returns>False when the content makes no sense, so that nothing was inserted.</returns>
    public bool Insert(ReadOnlySpan<byte> content, JournalColumns columns)
    {
        var reader = new RowReader(content);
        if (!reader.TryReadPresent(out var present) || !Bind(ref reader, present, columns))
        {
            return false;
        }

        Step(_row);
        if (!reader.TryReadCount(out var events))
        {
            return true;
        }

        for (var i = 0; i < events; i++)
        {
            if (reader.TryReadText(out ReadOnlySpan<byte> id)
                && reader.TryReadText(out ReadOnlySpan<byte> type)
                && reader.TryReadInteger(out var at)
                && reader.TryReadText(out ReadOnlySpan<byte> data))
            {
                BindText(_event, 1, id);
                BindText(_event, 2, type);
                Check(raw.sqlite3_bind_int64(_event, 3, at));
                BindText(_event, 4, data);
                Step(_event);
            }
        }

        return true;
    }

    /// <summary>Remembers how far the journal has been taken over.</summary>
    public void Note(JournalPosition position)
    {
        Check(raw.sqlite3_bind_int64(_note, 1, position.Segment));
        Check(raw.sqlite3_bind_int64(_note, 2, position.Offset));
        Step(_note);
    }

    public void Dispose()
    {
        _row.Dispose();
        _event.Dispose();
        _note.Dispose();
        _connection.Dispose();
    }

    private bool Bind(ref RowReader reader, ulong present, JournalColumns columns)
    {
        if (columns.AreOthers)
        {
            BindDefaults();
        }

        for (var i = 0; i < columns.Count; i++)
        {
            var place = columns.PlaceOf(i) + 1;
            if ((present & (1UL << i)) == 0)
            {
                Check(place > 0 ? raw.sqlite3_bind_null(_row, place) : raw.SQLITE_OK);
            }
            else if (columns.IsText(i))
            {
                if (!reader.TryReadText(out ReadOnlySpan<byte> text))
                {
                    return false;
                }

                if (place > 0)
                {
                    BindText(_row, place, text);
                }
            }
            else
            {
                if (!reader.TryReadInteger(out var value))
                {
                    return false;
                }

                Check(place > 0 ? raw.sqlite3_bind_int64(_row, place, value) : raw.SQLITE_OK);
            }
        }

        return true;
    }

    /// <summary>For what another version's rows lack.</summary>
    private void BindDefaults()
    {
        for (var i = 0; i < UsageColumns.All.Count; i++)
        {
            var column = UsageColumns.All[i];
            Check(!column.Required ? raw.sqlite3_bind_null(_row, i + 1)
                : column.Text is null ? raw.sqlite3_bind_int64(_row, i + 1, 0)
                : raw.sqlite3_bind_text(_row, i + 1, ""));
        }
    }

    // An empty span has no address, and SQLite takes that for null.
    private void BindText(sqlite3_stmt statement, int place, ReadOnlySpan<byte> text) =>
        Check(text.IsEmpty ? raw.sqlite3_bind_text(statement, place, "") : raw.sqlite3_bind_text(statement, place, text));

    private void Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        Check(result is raw.SQLITE_DONE ? raw.SQLITE_OK : result);
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_connection.Handle, sql, out var statement));
        return statement;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}

using Latchkey.Gateway.DataPath.Settle;
using Microsoft.Data.Sqlite;

namespace Latchkey.Gateway.Storage.Sqlite;

/// <summary>What is to be written.</summary>
internal enum LedgerItemKind
{
    /// <summary>The row that holds after a crash.</summary>
    Open,

    /// <summary>The true row, or a correction of it; what was open is closed.</summary>
    Settle,

    /// <summary>Nothing: somebody waits for what came before.</summary>
    Flush,

    /// <summary>What nobody is at work on any more is settled.</summary>
    Sweep,

    /// <summary>Somebody else's upkeep of the file, in the same transaction: two writers would wait for each other's locks.</summary>
    Upkeep,
}

/// <summary>Something to write, with what the outside is told of it, and whom to tell when it is durable.</summary>
internal readonly record struct LedgerItem(LedgerItemKind Kind, UsageEntry? Entry, IReadOnlyList<LedgerEvent> Events, TaskCompletionSource? Durable)
{
    /// <summary>What to do for <see cref="LedgerItemKind.Upkeep"/>; done again when the transaction is.</summary>
    public Action<SqliteConnection>? Upkeep { get; init; }
}

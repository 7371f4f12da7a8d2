using Latchkey.Gateway.DataPath.Settle;

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
}

/// <summary>Something to write, with what the outside is told of it, and whom to tell when it is durable.</summary>
internal readonly record struct LedgerItem(LedgerItemKind Kind, UsageEntry? Entry, IReadOnlyList<LedgerEvent> Events, TaskCompletionSource? Durable);

using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>A ledger and the store that its rows end up in.</summary>
internal interface ILedgerBench : IAsyncDisposable
{
    IUsageLedger Ledger { get; }

    /// <summary>Rows of an answer with <c>|</c> between the columns, once everything that was handed over before has arrived.</summary>
    Task<IReadOnlyList<string>> ReadAsync(string sql);
}

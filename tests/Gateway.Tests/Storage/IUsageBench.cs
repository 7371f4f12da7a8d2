using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>One store of usage rows, empty at first.</summary>
internal interface IUsageBench
{
    IUsageDatabase Database { get; }

    IUsageLedger Ledger { get; }

    /// <summary>Settles entries, so that they are there when it completes.</summary>
    Task AddAsync(IReadOnlyList<UsageEntry> entries);
}

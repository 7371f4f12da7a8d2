using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>One column of a usage row, for every store.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Required">It is never null.</param>
/// <param name="Value">What it holds of an entry: a string, a long or null.</param>
internal sealed record UsageColumn(string Name, UsageColumnType Type, bool Required, Func<UsageEntry, object?> Value);

internal enum UsageColumnType
{
    Text,

    /// <summary>64 bits with sign: counts, nano-dollars, microseconds.</summary>
    Integer,
}

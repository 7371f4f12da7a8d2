using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>One column of a usage row, for every store: a text or an integer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Required">It is never null.</param>
/// <param name="Text">What it holds of an entry, if it is a text.</param>
/// <param name="Integer">What it holds of an entry, if it is an integer.</param>
internal sealed record UsageColumn(string Name, bool Required, Func<UsageEntry, string?>? Text, Func<UsageEntry, long?>? Integer)
{
    /// <summary>What it holds.</summary>
    public UsageColumnType Type => Text is null ? UsageColumnType.Integer : UsageColumnType.Text;

    /// <summary>What it holds of an entry: a string, a long or null.</summary>
    public object? Value(UsageEntry entry) => Text is null ? Integer!(entry) : Text(entry);

    public bool IsNull(UsageEntry entry) => !Required && (Text is null ? Integer!(entry) is null : Text(entry) is null);
}

internal enum UsageColumnType
{
    Text,

    /// <summary>64 bits with sign: counts, nano-dollars, microseconds.</summary>
    Integer,
}

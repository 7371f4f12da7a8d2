namespace Latchkey.Desktop.Settings;

/// <summary>Whether something can be an Anthropic key. Whether it is one, only Anthropic knows.</summary>
internal static class OwnKeyRule
{
    /// <summary>What is wrong with it, in words; null when nothing is.</summary>
    public static string? ProblemOf(string key)
    {
        if (key.StartsWith(Protocol.WrapperToken.Prefix, StringComparison.Ordinal))
        {
            return "This is a gateway's token; it is got and renewed by itself. Put in a key from Anthropic's console.";
        }

        return !key.StartsWith("sk-ant-", StringComparison.Ordinal) || key.Any(c => c is <= ' ' or > '~')
            ? "An Anthropic key begins with sk-ant- and has no blanks."
            : null;
    }
}

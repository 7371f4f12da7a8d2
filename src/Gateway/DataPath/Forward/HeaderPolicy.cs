using System.Collections.Frozen;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>
/// Which headers pass, by allow-list in both directions. To Claude: what shapes its answer, and the clients' own
/// descriptions of themselves; <c>anthropic-*</c> is an open list, since each release of a client adds to it. To the
/// client: what it acts on, and nothing that is the operator's (organisation, quotas, cookies, keys).
/// </summary>
internal static class HeaderPolicy
{
    private static readonly FrozenSet<string> ToUpstream = Names("accept", "user-agent", "x-app", "idempotency-key");

    private static readonly FrozenSet<string> ToClient = Names(
        "content-type", "content-encoding", "content-disposition", "request-id", "retry-after", "retry-after-ms", "x-should-retry");

    /// <summary>Whether a request's header goes to the upstream.</summary>
    public static bool GoesUpstream(string name) =>
        name.StartsWith("anthropic-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-stainless-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-claude-code-", StringComparison.OrdinalIgnoreCase)
        || ToUpstream.Contains(name);

    /// <summary>Whether an answer's header goes to the client.</summary>
    public static bool GoesToClient(string name) => ToClient.Contains(name);

    /// <summary>What Kestrel writes: it fails the whole answer, paid as it is, over one value beyond ASCII.</summary>
    public static bool CanBeAnswered(StringValues values)
    {
        foreach (var value in values)
        {
            if (!Ascii.IsValid(value.AsSpan()))
            {
                return false;
            }
        }

        return IsClean(values);
    }

    /// <summary>
    /// Neither Kestrel nor HttpClient checks every value on the way: a line break in one would be a header of the
    /// client's choosing beside the master key.
    /// </summary>
    public static bool IsClean(StringValues values)
    {
        foreach (var value in values)
        {
            foreach (var c in value.AsSpan())
            {
                if (c is < ' ' and not '\t' or '\x7f')
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static FrozenSet<string> Names(params ReadOnlySpan<string> names) => FrozenSet.Create(StringComparer.OrdinalIgnoreCase, names);
}

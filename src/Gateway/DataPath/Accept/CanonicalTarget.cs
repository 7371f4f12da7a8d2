namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>
/// Lets only those request targets pass that have one reading. Kestrel resolves dot segments, decodes percent signs and ends the path at
/// <c>#</c> before routing; what stands in front of it, or logs it, may not. So the raw target is judged, before routing.
/// </summary>
internal static class CanonicalTarget
{
    private const int MaxQueryLength = 4096;

    /// <param name="rawTarget">The target as it came over the wire (<c>IHttpRequestFeature.RawTarget</c>).</param>
    /// <param name="reason">Why it is refused, in fixed words; empty when it isn't.</param>
    public static bool IsCanonical(string rawTarget, out string reason)
    {
        var target = rawTarget.AsSpan();
        if (!target.StartsWith('/'))
        {
            return No("the target is not a path", out reason);
        }

        // Everything behind the first question mark is the query, to Kestrel and to us: no path can hide in it.
        var mark = target.IndexOf('?');
        var path = mark < 0 ? target : target[..mark];
        var query = mark < 0 ? default : target[(mark + 1)..];
        if (query.Length > MaxQueryLength)
        {
            return No("the query is longer than 4096 characters", out reason);
        }

        if (!IsVisibleAscii(target) || target.Contains('#'))
        {
            return No("the target holds a character that may not stand there unencoded", out reason);
        }

        if (path.ContainsAny('\\', ';'))
        {
            return No("the path holds a backslash or a semicolon", out reason);
        }

        if (HasBadEncoding(path))
        {
            return No("the path holds percent-encoding that it doesn't need, or that hides its structure", out reason);
        }

        if (path.Length > 1 && !HasPlainSegments(path[1..]))
        {
            return No("the path holds an empty or a dot segment", out reason);
        }

        if (IsRouteInOtherCase(path[1..]))
        {
            return No("the path's first segment is not in lower case", out reason);
        }

        reason = string.Empty;
        return true;
    }

    private static bool No(string why, out string reason)
    {
        reason = why;
        return false;
    }

    private static bool IsVisibleAscii(ReadOnlySpan<char> target) => !target.ContainsAnyExceptInRange('!', '~');

    private static bool HasPlainSegments(ReadOnlySpan<char> segments)
    {
        foreach (var range in segments.Split('/'))
        {
            if (segments[range] is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasBadEncoding(ReadOnlySpan<char> path)
    {
        for (var at = path.IndexOf('%'); at >= 0;)
        {
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
            {
                return true;
            }

            var decoded = (char)((HexValue(path[at + 1]) << 4) | HexValue(path[at + 2]));
            if (!MayBeEncoded(decoded))
            {
                return true;
            }

            var next = path[(at + 3)..].IndexOf('%');
            at = next < 0 ? -1 : at + 3 + next;
        }

        return false;
    }

    /// <summary>
    /// Unreserved characters have a shorter spelling (RFC 3986, 6.2.2.2); control characters, separators and a percent sign would mean
    /// something to whoever decodes once more; beyond ASCII, overlong UTF-8 can spell a dot.
    /// </summary>
    private static bool MayBeEncoded(char decoded) =>
        decoded is >= ' ' and < '\x7F'
        && !char.IsAsciiLetterOrDigit(decoded)
        && !"-._~/\\%;#?".Contains(decoded);

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;

    /// <summary>Routing ignores case, rules in front of us don't. Files are free, as their names are not routes; so are ids further down.</summary>
    private static bool IsRouteInOtherCase(ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        var first = slash < 0 ? path : path[..slash];
        return first.ContainsAnyInRange('A', 'Z') && !first.Contains('.');
    }
}

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// Signs in a body's bytes of what it may cost, looked for as text wherever it stands: a sign that is only quoted makes a call look
/// dearer, none that matters is missed.
/// </summary>
/// <param name="Caches">It may write to the cache, which costs up to twice the input.</param>
/// <param name="HasMedia">It may hold pictures or documents, whose tokens aren't bounded by their bytes.</param>
/// <param name="Thinks">Claude may think.</param>
/// <param name="Loops">Claude may read its prompt more than once: it calls servers by itself, or compacts what was said.</param>
internal readonly record struct BodySigns(bool Caches, bool HasMedia, bool Thinks, bool Loops)
{
    public static BodySigns Of(ReadOnlySpan<byte> body) => HidesLetters(body)
        ? new BodySigns(Caches: true, HasMedia: true, Thinks: true, Loops: true)
        : new BodySigns(
            body.IndexOf("cache_control"u8) >= 0,
            body.IndexOf("\"image\""u8) >= 0 || body.IndexOf("\"document\""u8) >= 0 || body.IndexOf("\"file_id\""u8) >= 0,
            body.IndexOf("\"thinking\""u8) >= 0 || body.IndexOf("\"effort\""u8) >= 0,
            body.IndexOf("\"mcp_servers\""u8) >= 0 || Names(body, "\"compact"u8));

    /// <summary>A name that begins so, outside of quoted JSON: people who write about it pay no more.</summary>
    private static bool Names(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        for (var from = 0; body[from..].IndexOf(name) is >= 0 and var at; from += at + name.Length)
        {
            if (from + at == 0 || body[from + at - 1] != (byte)'\\')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A letter written as an escape: nobody needs it, so whoever does it may want to hide a word.</summary>
    private static bool HidesLetters(ReadOnlySpan<byte> body)
    {
        while (body.IndexOf("\\u00"u8) is >= 0 and var at)
        {
            body = body[(at + 4)..];
            if (body.Length > 0 && body[0] is >= (byte)'4' and <= (byte)'7')
            {
                return true;
            }
        }

        return false;
    }
}

using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

/// <summary>The keys as the operator wrote them: one, or several with commas between them.</summary>
internal static class UpstreamKeyList
{
    public const string Variable = "ANTHROPIC_API_KEY";

    /// <summary>Trims, drops duplicates and empty places, and keeps the order.</summary>
    /// <exception cref="SettingException">There is no key, or one that can't stand in a header. The message never shows it.</exception>
    public static IReadOnlyList<UpstreamKey> Parse(string? setting)
    {
        var values = (setting ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (values.Count == 0)
        {
            throw new SettingException($"{Variable} holds no key. Set it to an Anthropic API key, or to several with commas between them.");
        }

        for (var i = 0; i < values.Count; i++)
        {
            // A line break in a key would end the header that carries it; a blank is a paste error.
            if (values[i].Any(c => c is <= ' ' or > '~'))
            {
                throw new SettingException($"{Variable}: key {i + 1} contains a blank or a character that no key has.");
            }
        }

        return [.. values.Select(v => new UpstreamKey(v))];
    }
}

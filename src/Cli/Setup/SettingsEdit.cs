using System.Text.Json.Nodes;

namespace Latchkey.Cli.Setup;

/// <summary>
/// Changes settings so that the changes can be taken back later, whatever else was changed in the meantime. Knows nothing of files.
/// </summary>
internal static class SettingsEdit
{
    /// <summary>Makes the settings as they are wanted.</summary>
    /// <param name="settings">Changed in place.</param>
    /// <param name="wanted">What they should be like.</param>
    /// <param name="before">What an earlier run replaced, so that its own work isn't taken for the person's.</param>
    /// <returns>All that is replaced now, by this run or by earlier ones.</returns>
    public static IReadOnlyList<Replaced> Apply(JsonObject settings, IEnumerable<Wanted> wanted, IReadOnlyList<Replaced> before)
    {
        var replaced = before.ToDictionary(r => r.Key);
        foreach (var (key, value, onlyIfAbsent) in wanted)
        {
            var current = key.Read(settings);
            var earlier = replaced.GetValueOrDefault(key);
            var isOurs = earlier is not null && Equals(current, earlier.After);
            if (Equals(current, value))
            {
                if (!isOurs)
                {
                    // The person has it so already: it stays when ours is taken back.
                    replaced.Remove(key);
                }

                continue;
            }

            if (onlyIfAbsent && current is not null && !isOurs)
            {
                replaced.Remove(key);
                continue;
            }

            key.Write(settings, value);
            replaced[key] = new Replaced(key, isOurs ? earlier!.Before : current, value);
        }

        return [.. replaced.Values];
    }

    /// <summary>Takes back what was replaced, as far as nobody has changed it since.</summary>
    /// <returns>The keys that somebody has changed since: they are left as they are.</returns>
    public static IReadOnlyList<SettingsKey> Undo(JsonObject settings, IReadOnlyList<Replaced> replaced)
    {
        var left = new List<SettingsKey>();
        foreach (var (key, before, after) in replaced)
        {
            if (Equals(key.Read(settings), after))
            {
                key.Write(settings, before);
            }
            else if (!Equals(key.Read(settings), before))
            {
                left.Add(key);
            }
        }

        return left;
    }
}

/// <summary>How a key should be.</summary>
/// <param name="Key">Which.</param>
/// <param name="Value">Its value; null: it shouldn't be there.</param>
/// <param name="OnlyIfAbsent">Whatever the person has chosen is fine.</param>
internal sealed record Wanted(SettingsKey Key, SettingsValue? Value, bool OnlyIfAbsent = false);

/// <summary>One key that was changed.</summary>
/// <param name="Key">Which.</param>
/// <param name="Before">What the person had; null: nothing.</param>
/// <param name="After">What it was changed to; null: taken out.</param>
internal sealed record Replaced(SettingsKey Key, SettingsValue? Before, SettingsValue? After);

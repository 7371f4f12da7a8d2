using System.Text.Json.Nodes;

namespace Latchkey.Cli.Setup;

/// <summary>A key of a settings file: of the object itself, or of one below it.</summary>
/// <param name="Section">The name of the object below; null for the file's own.</param>
/// <param name="Name">The key's name.</param>
internal sealed record SettingsKey(string? Section, string Name)
{
    /// <summary>Null when the key isn't there; a JSON null counts as a value.</summary>
    public SettingsValue? Read(JsonObject settings) =>
        Holder(settings) is { } holder && holder.TryGetPropertyValue(Name, out var value) ? new SettingsValue(value?.DeepClone()) : null;

    /// <param name="settings">The file.</param>
    /// <param name="value">The key's new value; null takes the key out.</param>
    public void Write(JsonObject settings, SettingsValue? value)
    {
        var holder = Holder(settings);
        if (value is null)
        {
            holder?.Remove(Name);
            return;
        }

        if (holder is null)
        {
            if (settings.ContainsKey(Section!))
            {
                // Somebody has put something else there.
                return;
            }

            settings[Section!] = holder = [];
        }

        holder[Name] = value.Json?.DeepClone();
    }

    public override string ToString() => Section is null ? Name : $"{Section}.{Name}";

    private JsonObject? Holder(JsonObject settings) => Section is null ? settings : settings[Section] as JsonObject;
}

/// <summary>A value of a settings file, equal by content.</summary>
/// <param name="Json">Null for JSON's null.</param>
internal sealed record SettingsValue(JsonNode? Json)
{
    public bool Equals(SettingsValue? other) => other is not null && JsonNode.DeepEquals(Json, other.Json);

    public override int GetHashCode() => Json?.ToJsonString().Length ?? 0;
}

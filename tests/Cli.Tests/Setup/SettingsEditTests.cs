using System.Text.Json.Nodes;
using CsCheck;
using Latchkey.Cli.Setup;

namespace Latchkey.Cli.Tests.Setup;

/// <summary>Whatever the settings are, what was changed can be taken back, and nothing else is touched.</summary>
public class SettingsEditTests
{
    /// <summary>Few names, so that what is there, what is wanted and what is edited meet.</summary>
    private static readonly string[] Names = ["a", "b", "c", "d"];

    private static readonly Gen<SettingsKey> Key =
        Gen.Select(Gen.Bool, Gen.Int[0, 3]).Select((inEnv, i) => new SettingsKey(inEnv ? "env" : null, Names[i]));

    private static readonly Gen<JsonNode?> Json = Gen.OneOf(
        Gen.Int[0, 3].Select(i => (JsonNode?)JsonValue.Create($"v{i}")),
        Gen.Int[0, 3].Select(i => (JsonNode?)JsonValue.Create(i)),
        Gen.Const(() => (JsonNode?)null),
        Gen.Int[0, 2].Select(i => (JsonNode?)new JsonArray(i, new JsonObject { ["deep"] = i })));

    private static readonly Gen<SettingsValue?> Value = Gen.OneOf(Json.Select(j => (SettingsValue?)new SettingsValue(j)), Gen.Const(() => (SettingsValue?)null));

    private static readonly Gen<JsonObject> Settings = Gen.Select(Key, Value).Array[0, 8].Select(keys =>
    {
        var settings = new JsonObject { ["other"] = "kept" };
        foreach (var (key, value) in keys)
        {
            key.Write(settings, value);
        }

        return settings;
    });

    private static readonly Gen<Wanted[]> Wish = Gen.Select(Key, Value, Gen.Bool).Array[0, 8]
        .Select(w => w.DistinctBy(x => x.Item1).Select(x => new Wanted(x.Item1, x.Item2, x.Item3)).ToArray());

    [Fact]
    public void taking_back_gives_what_was_there() => Gen.Select(Settings, Wish).Sample((before, wish) =>
    {
        var settings = Copy(before);
        var replaced = SettingsEdit.Apply(settings, wish, []);

        SettingsEdit.Undo(settings, replaced).Should().BeEmpty();

        return Same(settings, before);
    });

    [Fact]
    public void everything_wanted_is_there_afterwards() => Gen.Select(Settings, Wish).Sample((before, wish) =>
    {
        var settings = Copy(before);
        SettingsEdit.Apply(settings, wish, []);

        return wish.All(w => Equals(w.Key.Read(settings), w.OnlyIfAbsent && w.Key.Read(before) is { } theirs ? theirs : w.Value));
    });

    [Fact]
    public void doing_it_again_changes_nothing_and_can_still_be_taken_back() => Gen.Select(Settings, Wish).Sample((before, wish) =>
    {
        var settings = Copy(before);
        var once = SettingsEdit.Apply(settings, wish, []);
        var after = Copy(settings);
        var twice = SettingsEdit.Apply(settings, wish, once);
        var isSame = Same(settings, after);
        SettingsEdit.Undo(settings, twice);

        return isSame && Same(settings, before);
    });

    [Fact]
    public void another_wish_later_is_taken_back_as_well() => Gen.Select(Settings, Wish, Wish).Sample((before, first, second) =>
    {
        var settings = Copy(before);
        var replaced = SettingsEdit.Apply(settings, second, SettingsEdit.Apply(settings, first, []));
        SettingsEdit.Undo(settings, replaced);

        // A key that the first run set and the second found as it wants it counts as ours.
        return Same(settings, before);
    });

    [Fact]
    public void edits_of_others_in_the_meantime_survive() => Gen.Select(Settings, Wish, Gen.Select(Key, Value).Array[0, 4]).Sample((before, wish, edits) =>
    {
        var settings = Copy(before);
        var replaced = SettingsEdit.Apply(settings, wish, []);
        var expected = Copy(before);
        var edited = new HashSet<SettingsKey>();
        foreach (var (key, value) in edits)
        {
            if (!Equals(key.Read(settings), value))
            {
                edited.Add(key);
            }

            key.Write(settings, value);
        }

        // Whatever isn't what we left there is theirs.
        foreach (var key in Names.SelectMany(n => (SettingsKey[])[new(null, n), new("env", n)]))
        {
            var ours = replaced.FirstOrDefault(r => r.Key == key);
            var current = key.Read(settings);
            if (ours is null ? edited.Contains(key) : !Equals(current, ours.After))
            {
                key.Write(expected, current);
            }
        }

        SettingsEdit.Undo(settings, replaced);

        return Same(settings, expected);
    });

    private static JsonObject Copy(JsonObject settings) => settings.DeepClone().AsObject();

    /// <summary>The same but for the order, and for an env that has become, or was, empty.</summary>
    private static bool Same(JsonObject a, JsonObject b) => JsonNode.DeepEquals(WithoutEmptyEnv(a), WithoutEmptyEnv(b));

    private static JsonObject WithoutEmptyEnv(JsonObject settings)
    {
        var copy = Copy(settings);
        if (copy["env"] is JsonObject { Count: 0 })
        {
            copy.Remove("env");
        }

        return copy;
    }
}

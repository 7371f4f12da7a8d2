using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Latchkey.Cli.Setup;

/// <summary>
/// What <c>setup</c> has changed in one file, kept for <c>--undo</c>. It may hold keys that were taken out, so only the person reads it.
/// </summary>
internal sealed record SetupRecord
{
    /// <summary>The file, for whoever looks at this.</summary>
    public required string File { get; init; }

    /// <summary>There was no such file before.</summary>
    public bool CreatedFile { get; init; }

    /// <summary>There was no <c>env</c> in it before.</summary>
    public bool CreatedEnv { get; init; }

    /// <summary>A copy of the file as it was before the first change; null when there was none.</summary>
    public string? Backup { get; init; }

    /// <summary>SHA-256 of the file as the last run left it, in hexadecimal.</summary>
    public required string Hash { get; init; }

    public required IReadOnlyList<RecordedKey> Keys { get; init; }

    [JsonIgnore]
    public IReadOnlyList<Replaced> Replaced => [.. Keys.Select(key => key.ToReplaced())];

    /// <summary>Null when nothing was set up in that file.</summary>
    public static SetupRecord? Read(string folder, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(PathOf(folder, file)), SetupRecordJson.Default.SetupRecord);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(string folder) => WholeFile.Write(
        PathOf(folder, File),
        JsonSerializer.SerializeToUtf8Bytes(this, SetupRecordJson.Default.SetupRecord),
        UnixFileMode.UserRead | UnixFileMode.UserWrite);

    public void Delete(string folder) => System.IO.File.Delete(PathOf(folder, File));

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string PathOf(string folder, string file) =>
        Path.Combine(folder, "setup", $"{HashOf(Encoding.UTF8.GetBytes(file))[..16]}.json");
}

/// <summary>A <see cref="Replaced"/> as it is kept: a value that isn't there is left out, a JSON null is in brackets like any other.</summary>
internal sealed record RecordedKey(string? Section, string Name, JsonArray? Before, JsonArray? After)
{
    public static RecordedKey Of(Replaced replaced) =>
        new(replaced.Key.Section, replaced.Key.Name, Bracket(replaced.Before), Bracket(replaced.After));

    public Replaced ToReplaced() => new(new SettingsKey(Section, Name), Unbracket(Before), Unbracket(After));

    private static JsonArray? Bracket(SettingsValue? value) => value is null ? null : [value.Json?.DeepClone()];

    private static SettingsValue? Unbracket(JsonArray? value) => value is null ? null : new SettingsValue(value[0]?.DeepClone());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SetupRecord))]
internal sealed partial class SetupRecordJson : JsonSerializerContext;

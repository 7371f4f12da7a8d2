using System.Text.Json;
using System.Text.Json.Serialization;

namespace Latchkey.Client.Settings;

/// <summary>
/// <c>latchkey.json</c>: the person's in <see cref="LatchkeyOptions.Folder"/>, the machine's where only administrators write. Names are those of
/// the environment variables in lower case; others are left alone, so that a newer file does no harm to an older app.
/// </summary>
internal sealed record SettingsFile
{
    public const string Name = "latchkey.json";

    public bool? EnableProxy { get; init; }

    public string? ProxyBootstrapUrl { get; init; }

    public string? ProxyHealthUrl { get; init; }

    public string? EnrollmentCode { get; init; }

    public string? Store { get; init; }

    /// <summary>What a newer version or a company's own app keeps here; written back as it was read.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>The folder of a person's own data, as each system wants it.</summary>
    public static string PersonFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        OperatingSystem.IsLinux() ? "latchkey" : "Latchkey");

    /// <summary>The administrator's file, for device management to write.</summary>
    public static string MachinePath() =>
        OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "Latchkey", Name)
        : OperatingSystem.IsMacOS() ? $"/Library/Application Support/Latchkey/{Name}"
        : $"/etc/latchkey/{Name}";

    /// <summary>Null when there is no such file.</summary>
    /// <exception cref="LatchkeySettingsException">It can't be read, or isn't JSON of this shape.</exception>
    public static SettingsFile? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, SettingsJson.Default.SettingsFile)
                ?? throw new LatchkeySettingsException($"{path} is empty: it should hold a JSON object.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new LatchkeySettingsException($"{path} can't be used: {e.Path ?? "the file"} is wrong at line {e.LineNumber + 1}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LatchkeySettingsException($"{path} can't be read: {e.Message}");
        }
    }

    /// <summary>Writes the file whole: a reader sees the old one or the new one.</summary>
    public void Write(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Name}.{Environment.ProcessId}");
        using (var file = File.Create(temporary))
        {
            JsonSerializer.Serialize(file, this, SettingsJson.Default.SettingsFile);
            file.Write("\n"u8);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    WriteIndented = true)]
[JsonSerializable(typeof(SettingsFile))]
internal sealed partial class SettingsJson : JsonSerializerContext;

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Setup;

/// <summary>A settings file as it lies on the disk: read once, written whole, in its own style and with its own mode.</summary>
internal sealed class SettingsDocument
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    private SettingsDocument(string path, byte[]? bytes, JsonObject settings) => (Path, Bytes, Settings) = (path, bytes, settings);

    /// <summary>The file itself, links followed.</summary>
    public string Path { get; }

    /// <summary>What it holds; null when there is no such file.</summary>
    public byte[]? Bytes { get; }

    /// <summary>What it says; an empty object when there is no such file, or nothing in it.</summary>
    public JsonObject Settings { get; }

    /// <exception cref="CommandException">It can't be read, or isn't a JSON object: then it is better left alone.</exception>
    public static SettingsDocument Open(string path)
    {
        var real = RealPath.Of(path);
        var bytes = Read(real);
        return new SettingsDocument(real, bytes, bytes is null ? [] : Parse(real, bytes));
    }

    /// <summary>A copy beside it, of its own mode.</summary>
    /// <returns>The copy's path; null when there is nothing to copy.</returns>
    public string? BackUp(DateTimeOffset now)
    {
        if (Bytes is null)
        {
            return null;
        }

        var name = $"{Path}.{now.UtcDateTime:yyyyMMdd-HHmmss}";
        for (var number = 1; ; number++)
        {
            var copy = number == 1 ? $"{name}.bak" : $"{name}-{number}.bak";
            if (!File.Exists(copy))
            {
                WholeFile.Write(copy, Bytes, WholeFile.ModeOf(Path));
                return copy;
            }
        }
    }

    /// <summary>The bytes that the file has when it says something else, in the same style.</summary>
    public byte[] Styled(JsonObject settings)
    {
        var text = Bytes is null ? "" : Utf8.GetString(Bytes.AsSpan(HasMark(Bytes) ? Mark.Length : 0));
        var (character, size) = Indent(text);
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var end = text.Length == 0 || text.EndsWith('\n') ? newLine : "";
        return [.. HasMark(Bytes) ? Mark : [], .. Utf8.GetBytes(JsonText.Of(settings, character, size, newLine) + end)];
    }

    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static JsonObject Parse(string path, byte[] bytes)
    {
        try
        {
            var text = Utf8.GetString(bytes.AsSpan(HasMark(bytes) ? Mark.Length : 0));
            return string.IsNullOrWhiteSpace(text) ? []
                : JsonNode.Parse(text, nodeOptions: null, new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject
                ?? throw NotUsable(path, "isn't a JSON object");
        }
        catch (JsonException e)
        {
            throw NotUsable(path, $"isn't JSON: {(e.LineNumber is { } line ? $"line {line + 1} is wrong" : "it names a key twice")}");
        }
        catch (DecoderFallbackException)
        {
            throw NotUsable(path, "isn't UTF-8");
        }
    }

    private static CommandException NotUsable(string path, string why) => new(ExitCode.Failed, $"{path} {why}.", "Mend it first; it is left as it is.");

    private static bool HasMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark);

    /// <summary>As the first indented line has it.</summary>
    private static (char Character, int Size) Indent(string text)
    {
        foreach (var line in text.EnumerateLines())
        {
            var body = line.TrimStart(" \t");
            if (!body.IsEmpty && body.Length < line.Length)
            {
                return (line[0], Math.Min(line.Length - body.Length, 8));
            }
        }

        return (' ', 2);
    }
}

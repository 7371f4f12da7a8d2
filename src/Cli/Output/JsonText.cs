using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Latchkey.Cli.Output;

/// <summary>Writes JSON as people read it: indented, without escaping what needs none.</summary>
internal static class JsonText
{
    /// <summary>One document with a line's end, for the standard output.</summary>
    public static void Write(TextWriter output, JsonNode document) => output.WriteLine(Of(document));

    public static string Of(JsonNode document, char indent = ' ', int size = 2, string newLine = "\n")
    {
        var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = true,
            IndentCharacter = indent,
            IndentSize = size,
            NewLine = newLine,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>In one line, for a command line.</summary>
    public static string Compact(JsonNode document)
    {
        var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>
/// Compares what a page says a command prints with what it printed: JSON by names and kinds of values, heads of answers by status and names
/// of headers, text line by line with <c>…</c> for anything.
/// </summary>
internal static class OutputShape
{
    /// <summary>Null when the output has the shape, else the difference.</summary>
    public static string? Difference(string language, string told, string printed) => language switch
    {
        "json" => OfJson(told, printed),
        "http" => OfHttp(told, printed),
        "text" => OfLines(told, printed),
        _ => $"an output block is json, http or text, not '{language}'",
    };

    private static string? OfHttp(string told, string printed)
    {
        var (toldHead, toldBody) = Split(told);
        var (head, body) = Split(printed);
        if (head[0] != toldHead[0])
        {
            return $"the page says {toldHead[0]}, the answer is {head[0]}";
        }

        var names = head.Select(NameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return toldHead.Skip(1).Select(NameOf).FirstOrDefault(n => !names.Contains(n)) is { } missing
            ? $"the answer has no header {missing}"
            : OfJson(toldBody, body);
    }

    private static (string[] Head, string Body) Split(string answer)
    {
        var text = answer.ReplaceLineEndings("\n");
        var at = text.IndexOf("\n\n", StringComparison.Ordinal);
        return (text[..at].Split('\n'), text[(at + 2)..]);
    }

    private static string NameOf(string header) => header.Split(':')[0];

    private static string? OfLines(string told, string printed)
    {
        var lines = new Queue<string>(printed.ReplaceLineEndings("\n").Split('\n'));
        foreach (var line in told.Split('\n'))
        {
            var pattern = $"^{string.Join(".*", line.Split('…').Select(Regex.Escape))}$";
            while (lines.TryDequeue(out var next) && !Regex.IsMatch(next, pattern))
            {
            }

            if (lines.Count == 0 && !Regex.IsMatch(printed.TrimEnd('\n').Split('\n')[^1], pattern))
            {
                return $"'{line}' wasn't printed there";
            }
        }

        return null;
    }

    private static string? OfJson(string told, string printed)
    {
        try
        {
            using var example = JsonDocument.Parse(told);
            using var real = JsonDocument.Parse(printed);
            return OfValue("$", example.RootElement, real.RootElement);
        }
        catch (JsonException e)
        {
            return $"it isn't JSON ({e.Message})";
        }
    }

    private static string? OfValue(string path, JsonElement told, JsonElement real)
    {
        if (told.ValueKind is JsonValueKind.Null || real.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        return (told.ValueKind, real.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => OfObject(path, told, real),
            (JsonValueKind.Array, JsonValueKind.Array) => OfArray(path, told, real),
            (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) => null,
            var (a, b) => a == b ? null : $"{path} is told as {a}, and is {b}",
        };
    }

    private static string? OfObject(string path, JsonElement told, JsonElement real)
    {
        var names = real.EnumerateObject().Select(p => p.Name).ToList();
        var toldNames = told.EnumerateObject().Select(p => p.Name).ToList();
        if (toldNames.Except(names).FirstOrDefault() is { } missing)
        {
            return $"{path} has no {missing}";
        }

        return names.Except(toldNames).FirstOrDefault() is { } untold
            ? $"{path} has {untold}, of which the page says nothing"
            : toldNames.Select(n => OfValue($"{path}.{n}", told.GetProperty(n), real.GetProperty(n))).FirstOrDefault(d => d is not null);
    }

    private static string? OfArray(string path, JsonElement told, JsonElement real)
    {
        if (told.GetArrayLength() == 0)
        {
            return null;
        }

        return real.GetArrayLength() == 0
            ? $"{path} is empty"
            : real.EnumerateArray().Select((e, i) => OfValue($"{path}[{i}]", told[0], e)).FirstOrDefault(d => d is not null);
    }
}

using System.Text;
using System.Text.Json;

namespace Latchkey.Simulator.Scenarios;

/// <summary>
/// Reads directives: <c>name</c> or <c>name=value</c>, separated by spaces or semicolons. A value that begins with a
/// double quote is a JSON string, one that begins with a brace a JSON object; both may hold separators.
/// </summary>
internal static class ScenarioParser
{
    private const string Opening = "[simulate:";

    /// <exception cref="DirectiveException">A directive is unknown, malformed or contradicts another.</exception>
    public static Scenario Parse(string directives)
    {
        var end = Read(directives, 0, closing: null, out var scenario);
        return scenario with { Source = directives[..end].Trim() };
    }

    /// <summary>The last <c>[simulate: …]</c> in a text; null when there is none.</summary>
    /// <exception cref="DirectiveException">There is one and it can't be understood.</exception>
    public static Scenario? ParseWithin(string text)
    {
        var start = text.LastIndexOf(Opening, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += Opening.Length;
        var end = Read(text, start, closing: ']', out var scenario);
        return scenario with { Source = text[start..end].Trim() };
    }

    private static int Read(string text, int at, char? closing, out Scenario scenario)
    {
        scenario = Scenario.Ordinary;
        while (true)
        {
            while (at < text.Length && IsSeparator(text[at]))
            {
                at++;
            }

            if (at == text.Length && closing is not null)
            {
                throw new DirectiveException("the closing `]` is missing");
            }

            if (at == text.Length || text[at] == closing)
            {
                scenario = Settle(scenario);
                return at;
            }

            var name = ReadWord(text, ref at, closing, stopAtEquals: true);
            string? value = null;
            if (at < text.Length && text[at] == '=')
            {
                at++;
                value = ReadValue(text, ref at, closing);
            }

            scenario = Directives.Apply(scenario, name, value);
        }
    }

    // Seeds may stand before or after what they seed. Odd bytes come in odd pieces unless the test says otherwise.
    private static Scenario Settle(Scenario scenario)
    {
        var seed = scenario.RandomSeed is { } own and >= 0 ? own : scenario.Seed;
        var odd = scenario.Garbage || scenario.RandomSeed is not null;
        return scenario with
        {
            RandomSeed = scenario.RandomSeed is null ? null : seed,
            Chunking = scenario.Chunking is { } asked ? asked with { Seed = seed } : odd ? new Chunking(null, seed) : null,
        };
    }

    private static string ReadValue(string text, ref int at, char? closing)
    {
        if (at == text.Length || text[at] is not ('"' or '{'))
        {
            return ReadWord(text, ref at, closing, stopAtEquals: false);
        }

        var rest = Encoding.UTF8.GetBytes(text[at..]);
        var reader = new Utf8JsonReader(rest);
        try
        {
            using var json = JsonDocument.ParseValue(ref reader);
            at += Encoding.UTF8.GetCharCount(rest.AsSpan(0, (int)reader.BytesConsumed));
            return json.RootElement.ValueKind == JsonValueKind.String ? json.RootElement.GetString()! : json.RootElement.GetRawText();
        }
        catch (JsonException)
        {
            throw new DirectiveException($"no JSON value at `{text[at..]}`");
        }
    }

    private static string ReadWord(string text, ref int at, char? closing, bool stopAtEquals)
    {
        var start = at;
        while (at < text.Length && !IsSeparator(text[at]) && text[at] != closing && !(stopAtEquals && text[at] == '='))
        {
            at++;
        }

        return text[start..at];
    }

    private static bool IsSeparator(char c) => c == ';' || char.IsWhiteSpace(c);
}

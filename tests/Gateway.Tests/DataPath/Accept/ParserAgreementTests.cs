using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

/// <summary>What we read of a body that we forward is what System.Text.Json, JavaScript and Python read of it.</summary>
public class ParserAgreementTests
{
    private const string NodeReader = """
        const lines = require('fs').readFileSync(0, 'latin1').split('\n').filter(l => l);
        for (const l of lines) {
          const b = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(l, 'base64')));
          console.log(JSON.stringify([b.model, b.max_tokens, b.stream === undefined ? false : b.stream]));
        }
        """;

    private const string PythonReader = """
        import base64, json, sys
        for line in sys.stdin:
            b = json.loads(base64.b64decode(line).decode('utf-8'))
            print(json.dumps([b['model'], b['max_tokens'], b.get('stream', False)]))
        """;

    private static readonly Gen<string> Blank = Gen.OneOf("", "", "", " ", "\n\t", "\r\n  ");

    private static readonly Gen<string> Letter = Gen.OneOf(
        Gen.Char['a', 'z'].Select(c => c.ToString()),
        Gen.Char['a', 'z'].Select(c => $"\\u{(int)c:x4}"),
        Gen.OneOf("-", ".", "é", "😀", "\\ud83d\\ude00", "\\u00E9", "\\/", "\\\"", "\\n", "\\ud800", "[1m]", "\u2028"));

    private static readonly Gen<string> Text = Letter.Array[0, 8].Select(letters => $"\"{string.Concat(letters)}\"");

    private static readonly Gen<string> Number = Gen.OneOf(
        Gen.Int[1, 1_000_000].Select(n => n.ToString(provider: null)),
        Gen.OneOf("0", "-1", "1.0", "1e3", "1E2", "1e400", "01", "+1", "1.", "100000000000000000000", "1000001", "NaN", "-0", "1e0", "10e-1"));

    private static readonly Gen<string> Value = Gen.Recursive<string>((depth, value) => depth > 3
        ? Text
        : Gen.Frequency(
            (4, Text),
            (3, Number),
            (2, Gen.OneOf("true", "false", "null")),
            (1, value.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (1, Gen.Select(Gen.OneOf("a", "model", "max_tokens", "stream", "input", "Model", "type"), value).Array[0, 3]
                .Select(fields => $"{{{string.Join(',', fields.Select(f => $"\"{f.Item1}\":{f.Item2}"))}}}"))));

    private static readonly Gen<string> Model = Gen.Frequency((12, Text), (1, Value));
    private static readonly Gen<string> Limit = Gen.Frequency((3, Gen.Int[1, 1_000_000].Select(n => n.ToString(provider: null))), (1, Number), (1, Value));
    private static readonly Gen<string> Flag = Gen.Frequency((9, Gen.OneOf("true", "false")), (1, Value));

    private static readonly Gen<string> Field = Gen.Frequency(
        (3, Field_("model", Model)),
        (3, Field_("max_tokens", Limit)),
        (3, Field_("stream", Flag)),
        (4, Gen.Select(Gen.Char['a', 'z'], Value, (key, value) => $"\"{key}\":{value}")),
        (1, Gen.Select(Gen.OneOf("messages", "metadata", "Model", "MAX_TOKENS", "Stream", "modél", "input", "model\\u0000"), Value, (key, value) => $"\"{key}\":{value}")));

    /// <summary>Mostly one of each, in any order; now and then with another.</summary>
    private static readonly Gen<string> Body = Gen.Select(Field_("model", Model), Field_("max_tokens", Limit), Field.Array[0, 3], Gen.Int[0, 1_000], Blank)
        .Select((model, limit, others, turn, blank) =>
        {
            var fields = others.Append(model).Append(limit).ToList();
            var rotated = fields.Skip(turn % fields.Count).Concat(fields.Take(turn % fields.Count));
            return $"{blank}{{{blank}{string.Join($"{blank},{blank}", rotated)}{blank}}}{blank}";
        });

    [Fact]
    public void three_other_parsers_read_the_same_model_limit_and_flag() => Body.Array[6_000].Sample(bodies =>
    {
        var forwarded = new List<(byte[] Bytes, PeekedBody Read)>();
        foreach (var body in bodies)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            if (Bodies.Peek(bytes) is PeekResult.Peeked { Body: var read })
            {
                forwarded.Add((bytes, read));
            }
        }

        forwarded.Should().HaveCountGreaterThan(1_000);
        var input = string.Concat(forwarded.Select(one => Convert.ToBase64String(one.Bytes) + "\n"));
        var node = Run("node", NodeReader, "-e", input);
        var python = Run("python3", PythonReader, "-c", input);
        node.Should().HaveSameCount(forwarded);
        python.Should().HaveSameCount(forwarded);
        for (var i = 0; i < forwarded.Count; i++)
        {
            var text = Encoding.UTF8.GetString(forwarded[i].Bytes);
            var read = forwarded[i].Read;
            var ours = (read.Model, read.MaxTokens, read.Stream);

            ByDocument(forwarded[i].Bytes).Should().Be(ours, text);
            ByAnswer(node[i]).Should().Be(ours, text);
            ByAnswer(python[i]).Should().Be(ours, text);
        }
    }, iter: 1);

    private static Gen<string> Field_(string name, Gen<string> value)
    {
        var spelled = Gen.Int[0, name.Length * 4].Select(at => at >= name.Length ? name : $"{name[..at]}\\u{(int)name[at]:x4}{name[(at + 1)..]}");
        return Gen.Select(spelled, Blank, value, (key, blank, text) => $"\"{key}\"{blank}:{blank}{text}");
    }

    private static (string? Model, long? MaxTokens, bool Stream) ByDocument(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return (root.GetProperty("model").GetString(), root.GetProperty("max_tokens").GetInt64(), root.TryGetProperty("stream", out var stream) && stream.GetBoolean());
    }

    private static (string? Model, long? MaxTokens, bool Stream) ByAnswer(string line)
    {
        using var answer = JsonDocument.Parse(line);
        var root = answer.RootElement;
        return (root[0].GetString(), root[1].GetInt64(), root[2].GetBoolean());
    }

    private static string[] Run(string program, string script, string option, string input)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.ArgumentList.Add(option);
        start.ArgumentList.Add(script);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var lines = output.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        process.ExitCode.Should().Be(0, program);
        return lines;
    }
}

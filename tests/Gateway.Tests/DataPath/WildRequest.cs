using System.Globalization;
using System.Text;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>A valid request that no serializer would write: the same for the same seed.</summary>
internal sealed class WildRequest
{
    private static readonly string[] Fragments =
    [
        "plain", " ", "äöü", "漢字", "🔑", "\\n", "\\t", "\\\"", "\\\\", "\\u0000", "\\uD83D\\ude00", "\\u00E9", "\\/", "</script>", "\u2028", "\u0085", "\u007f", "{}", "data: ", "é\u0301",
    ];

    private readonly Random _random;
    private int _unknown;

    private WildRequest(int seed) => _random = new Random(seed);

    public static byte[] Of(int seed, bool stream)
    {
        var wild = new WildRequest(seed);
        return Encoding.UTF8.GetBytes(wild.Body(seed, stream));
    }

    private string Body(int seed, bool stream)
    {
        string[] fields =
        [
            $"\"model\"{Space()}:{Space()}\"claude-sonnet-5-5\"",
            $"\"max_tokens\":{Space()}{_random.Next(1, 64_000).ToString(CultureInfo.InvariantCulture)}",
            $"\"stream\":{Space()}{(stream ? "true" : "false")}",
            $"\"messages\":[{Space()}{{\"role\":{Space()}\"user\",{Unknown()},\"content\":\"{Text()}[simulate: random={seed}]{Text()}\"}}{Space()}]",
            Unknown(),
            Unknown(),
            Unknown(),
        ];
        _random.Shuffle(fields);
        return Space() + "{" + Space() + string.Join(Space() + "," + Space(), fields) + Space() + "}" + Space();
    }

    private string Unknown() => $"\"x_{_unknown++}_{Text()}\":{Space()}{Value(0)}";

    private string Value(int depth) => _random.Next(depth > 3 ? 5 : 7) switch
    {
        0 => "null",
        1 => "true",
        2 => _random.NextInt64().ToString(CultureInfo.InvariantCulture) + "." + _random.Next().ToString(CultureInfo.InvariantCulture) + "e-7",
        3 => "-0.0E+0",
        4 => $"\"{Text()}\"",
        5 => "[" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Space() + Value(depth + 1))) + Space() + "]",
        _ => "{" + string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => $"{Space()}\"y_{_unknown++}\"{Space()}:{Value(depth + 1)}")) + "}",
    };

    private string Text() => string.Concat(Enumerable.Range(0, _random.Next(6)).Select(_ => Fragments[_random.Next(Fragments.Length)]));

    private string Space() => string.Concat(Enumerable.Range(0, _random.Next(3)).Select(_ => " \t\r\n"[_random.Next(4)]));
}

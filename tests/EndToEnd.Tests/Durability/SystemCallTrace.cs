using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>
/// What strace has written about a gateway, as the steps that matter here in the order in which they happened. A line whose
/// call another thread interrupted is there twice, <c>&lt;unfinished ...&gt;</c> and <c>resumed</c>: what is written or sent counts
/// from where it begins, a sync only where it has returned.
/// </summary>
internal static partial class SystemCallTrace
{
    /// <summary>Arguments for strace; the traced program follows.</summary>
    public static IReadOnlyList<string> Wrapper(string file) =>
    [
        // -D: the gateway is the child and strace its descendant, so that signals reach the gateway. -yy: files and sockets by name.
        "strace", "-D", "-f", "--seccomp-bpf", "-yy", "-s", "20000", "-e", "signal=none",
        "-e", "trace=fdatasync,fsync,pwrite64,pwritev,write,writev,sendto,sendmsg", "-o", file,
    ];

    /// <param name="lines">What strace wrote.</param>
    /// <param name="port">Where the gateway listens: what it sends from there goes to clients.</param>
    public static IReadOnlyList<TraceStep> Read(IEnumerable<string> lines, int port)
    {
        var steps = new List<TraceStep>();
        var begun = new Dictionary<string, (string Call, string Target)>();
        foreach (var line in lines)
        {
            if (Begun().Match(line) is { Success: true } call)
            {
                var thread = call.Groups["thread"].Value;
                var name = call.Groups["call"].Value;
                var target = call.Groups["target"].Value;
                var bytes = string.Concat(Quoted().Matches(line).Select(match => Unescaped(match.Groups["text"].Value)));
                var log = target.EndsWith(".journal", StringComparison.Ordinal) || target.EndsWith("ledger.new", StringComparison.Ordinal);
                if (log && name.StartsWith("pwrite", StringComparison.Ordinal))
                {
                    steps.Add(new TraceStep(TraceStepKind.LogWritten, target, bytes));
                }
                else if (log && name is "fdatasync" or "fsync" && line.EndsWith(" = 0", StringComparison.Ordinal))
                {
                    steps.Add(new TraceStep(TraceStepKind.LogSynced, target, ""));
                }
                else if (target.StartsWith(string.Create(CultureInfo.InvariantCulture, $"TCP:[127.0.0.1:{port}->"), StringComparison.Ordinal))
                {
                    steps.Add(new TraceStep(TraceStepKind.Sent, target, bytes));
                }

                if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    begun[thread] = (name, log ? target : "");
                }
            }
            else if (Resumed().Match(line) is { Success: true } resumed
                && begun.Remove(resumed.Groups["thread"].Value, out var what)
                && what is { Call: "fdatasync" or "fsync", Target.Length: > 0 }
                && line.EndsWith(" = 0", StringComparison.Ordinal))
            {
                steps.Add(new TraceStep(TraceStepKind.LogSynced, what.Target, ""));
            }
        }

        return steps;
    }

    /// <summary>Strace writes bytes as a C program would.</summary>
    private static string Unescaped(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            var code = text[++i];
            if (code is < '0' or > '7')
            {
                plain.Append(code switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', 'f' => '\f', _ => code });
                continue;
            }

            var value = 0;
            var end = Math.Min(i + 3, text.Length);
            for (; i < end && text[i] is >= '0' and <= '7'; i++)
            {
                value = (value * 8) + (text[i] - '0');
            }

            i--;
            plain.Append((char)value);
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"^(?<thread>\d+) +(?<call>\w+)\(\d+<(?<target>TCP:\[[^\]]*\]|[^>]*)>")]
    private static partial Regex Begun();

    [GeneratedRegex(@"^(?<thread>\d+) +<\.\.\. \w+ resumed>")]
    private static partial Regex Resumed();

    [GeneratedRegex("""
        "(?<text>(?:[^"\\]|\\.)*)"
        """)]
    private static partial Regex Quoted();
}

/// <summary>Something that the gateway asked of the system.</summary>
/// <param name="Kind">What.</param>
/// <param name="Target">The file or the connection.</param>
/// <param name="Bytes">What was written or sent, a character a byte.</param>
internal sealed record TraceStep(TraceStepKind Kind, string Target, string Bytes);

/// <summary>What a step is.</summary>
internal enum TraceStepKind
{
    /// <summary>Bytes go into the ledger's journal.</summary>
    LogWritten,

    /// <summary>The journal is on the disk.</summary>
    LogSynced,

    /// <summary>Bytes go to a client.</summary>
    Sent,
}

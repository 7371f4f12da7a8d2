using System.Runtime.Versioning;
using System.Text;

namespace Latchkey.Cli.Output;

/// <summary>Where a command writes, and how it may: colours and progress are for terminals only.</summary>
internal sealed class Terminal
{
    /// <summary>A table that goes to a file or a pipe isn't broken into lines.</summary>
    private const int WidthOfFile = 400;

    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Colours in <see cref="Output"/>.</summary>
    public bool Colors { get; init; }

    /// <summary>Columns of <see cref="Output"/>. Asking may put a terminal into its application mode: see <see cref="StandardStream"/>.</summary>
    public int Width => OutputIsTerminal ? Math.Max(Console.WindowWidth, 40) : WidthOfFile;

    /// <summary>The process's own. Colours follow <c>NO_COLOR</c> (no-color.org) and <c>TERM</c>.</summary>
    public static Terminal OfProcess()
    {
        var output = !Console.IsOutputRedirected;
        return new Terminal
        {
            Output = OperatingSystem.IsWindows() ? Console.Out : Plain(1),
            Error = OperatingSystem.IsWindows() ? Console.Error : Plain(2),
            OutputIsTerminal = output,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Colors = output && MayColor(Environment.GetEnvironmentVariable),
        };
    }

    /// <summary>Whether the person and their terminal take colours.</summary>
    public static bool MayColor(Func<string, string?> environment) =>
        string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") is not "dumb";

    /// <summary>A remark beside the result; only people read it.</summary>
    public void Note(string text)
    {
        if (ErrorIsTerminal)
        {
            Error.WriteLine($"latchkey: {text}");
        }
    }

    /// <summary>A remark that scripts' logs should have too.</summary>
    public void Say(string text) => Error.WriteLine($"latchkey: {text}");

    public string Green(string text) => Colored(text, "32");

    public string Yellow(string text) => Colored(text, "33");

    public string Red(string text) => Colored(text, "31");

    public string Dim(string text) => Colored(text, "2");

    public string Bold(string text) => Colored(text, "1");

    [UnsupportedOSPlatform("windows")]
    private static StreamWriter Plain(int descriptor) =>
        new(new StandardStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private string Colored(string text, string code) => Colors ? $"\e[{code}m{text}\e[0m" : text;
}

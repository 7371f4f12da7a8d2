using System.CommandLine;

namespace Latchkey.Cli.Output;

/// <summary>What is said below the parser's own help of each command.</summary>
internal sealed class HelpTexts
{
    private readonly Dictionary<Command, string[]> _lines = [];

    /// <summary>What people would type.</summary>
    public void Examples(Command command, params string[] examples) => _lines[command] = ["Examples:", .. examples.Select(example => $"  {example}")];

    /// <summary>What they should know; below the examples.</summary>
    public void Notes(Command command, params string[] lines) => _lines[command] = [.. Of(command), "", .. lines];

    public string[] Of(Command command) => _lines.GetValueOrDefault(command, []);
}

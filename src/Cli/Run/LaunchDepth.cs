using System.Globalization;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>
/// A script named claude that starts <c>latchkey claude</c> would start itself without end. Claude Code that starts this program from within is fine,
/// so a few levels are.
/// </summary>
internal static class LaunchDepth
{
    public const string Variable = "LATCHKEY_CLAUDE_DEPTH";

    private const int Deepest = 10;

    /// <exception cref="CommandException">It is deeper than anybody means.</exception>
    public static string Next(Func<string, string?> environment)
    {
        var depth = int.TryParse(environment(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known + 1 : 1;
        return depth <= Deepest
            ? depth.ToString(CultureInfo.InvariantCulture)
            : throw new CommandException(
                ExitCode.CannotRun,
                "The program named claude seems to start 'latchkey claude' again.",
                $"Set {ClaudeCommand.ProgramVariable} to Claude Code itself.");
    }
}

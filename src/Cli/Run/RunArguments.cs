namespace Latchkey.Cli.Run;

/// <summary>What follows <c>latchkey run</c>: options of ours, then a command, after <c>--</c> or at the first word that isn't an option.</summary>
/// <param name="Command">A program and its arguments, at least the first.</param>
/// <param name="Fresh">Renew the token first.</param>
internal sealed record RunArguments(IReadOnlyList<string> Command, bool Fresh)
{
    public const string FreshOption = "--fresh";

    /// <summary>Null when there is no command, or an option that the parser has to explain.</summary>
    public static RunArguments? Read(IReadOnlyList<string> arguments)
    {
        var fresh = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--":
                    return i + 1 < arguments.Count ? new RunArguments([.. arguments.Skip(i + 1)], fresh) : null;
                case FreshOption:
                    fresh = true;
                    break;
                case ['-', ..] or "":
                    return null;
                default:
                    return new RunArguments([.. arguments.Skip(i)], fresh);
            }
        }

        return null;
    }
}

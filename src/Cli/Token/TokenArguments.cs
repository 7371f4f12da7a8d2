namespace Latchkey.Cli.Token;

/// <summary>What follows <c>latchkey token</c>, read without the parser, which takes longer than all the rest of this command.</summary>
/// <param name="Json">Print an object.</param>
/// <param name="AllowDirect">Print the person's own key when there is no token.</param>
/// <param name="Helper">The tool that asks will ask again at once when the token was refused.</param>
internal sealed record TokenArguments(bool Json, bool AllowDirect, bool Helper)
{
    public const string JsonOption = "--json";
    public const string AllowDirectOption = "--allow-direct";
    public const string HelperOption = "--helper";

    /// <summary>Null when there is something else among them, which the parser then explains.</summary>
    public static TokenArguments? Read(ReadOnlySpan<string> arguments)
    {
        var read = new TokenArguments(false, false, false);
        foreach (var argument in arguments)
        {
            switch (argument)
            {
                case JsonOption:
                    read = read with { Json = true };
                    break;
                case AllowDirectOption:
                    read = read with { AllowDirect = true };
                    break;
                case HelperOption:
                    read = read with { Helper = true };
                    break;
                default:
                    return null;
            }
        }

        return read;
    }
}

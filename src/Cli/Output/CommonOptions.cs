using System.CommandLine;

namespace Latchkey.Cli.Output;

/// <summary>Options and arguments that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print JSON." };

    /// <summary>Everything that follows, also what looks like an option of ours.</summary>
    public static Argument<string[]> Rest(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };
}

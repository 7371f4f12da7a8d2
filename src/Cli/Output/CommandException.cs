namespace Latchkey.Cli.Output;

/// <summary>A command can't do what it was asked for: the message and the advice are for the person, the code for scripts.</summary>
internal sealed class CommandException(int exitCode, string message, string? advice = null) : Exception(message)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What the person can do; null when there is nothing.</summary>
    public string? Advice { get; } = advice;
}

namespace Latchkey.Cli.Run;

/// <summary>A program to start in place of this one.</summary>
/// <param name="Program">Its path.</param>
/// <param name="Arguments">All that follow its name.</param>
/// <param name="Environment">What differs from this process's own environment; null: not set.</param>
internal sealed record Launch(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>
    /// Starts it. On Unix it takes this process's place, so that its terminal, signals, files and exit code are its own affair; on Windows, which
    /// can't do that, it is waited for.
    /// </summary>
    /// <returns>Its exit code, where it was waited for.</returns>
    /// <exception cref="Output.CommandException">It can't be run.</exception>
    public int Start() => OperatingSystem.IsWindows() ? ChildProcess.Run(this) : ProcessImage.Replace(this);
}

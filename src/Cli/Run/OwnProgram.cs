namespace Latchkey.Cli.Run;

/// <summary>Where this program is, for others to start it again.</summary>
internal static class OwnProgram
{
    /// <summary>What is said to print a token that a tool asks for again and again.</summary>
    public const string HelperArguments = "token --helper";

    /// <summary>
    /// Its path by the name it is installed under, if that leads here: a package manager that puts a new version beside the old one moves the link.
    /// </summary>
    public static string Path()
    {
        var real = Environment.ProcessPath ?? throw new InvalidOperationException("The system doesn't say where this program is.");
        var named = ProgramFile.Find(System.IO.Path.GetFileName(real), Environment.GetEnvironmentVariable);
        return named is not null && SameFile(named, real) ? named : real;
    }

    /// <summary>The command that prints a token for Claude Code.</summary>
    public static string HelperCommand() => ShellQuoting.HelperCommand(Path(), HelperArguments, OperatingSystem.IsWindows());

    private static bool SameFile(string a, string b)
    {
        try
        {
            return Real(a) == Real(b);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}

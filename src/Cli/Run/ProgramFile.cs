using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>Finds programs as shells do: a name on the PATH, anything with a slash as it is.</summary>
internal static class ProgramFile
{
    /// <exception cref="CommandException">There is none of that name, or it isn't a program.</exception>
    public static string Require(string name, Func<string, string?> environment)
    {
        if (Find(name, environment) is { } path)
        {
            return path;
        }

        throw IsPath(name) && (File.Exists(name) || Directory.Exists(name))
            ? new CommandException(ExitCode.CannotRun, $"{name} isn't a program that can be run.")
            : new CommandException(ExitCode.NotFound, $"{name} isn't found{(IsPath(name) ? "" : " on the PATH")}.");
    }

    /// <summary>The program's path, or null when there is none of that name.</summary>
    public static string? Find(string name, Func<string, string?> environment)
    {
        if (name.Length == 0)
        {
            return null;
        }

        if (IsPath(name))
        {
            return Candidates(Path.GetFullPath(name), environment).FirstOrDefault(IsProgram);
        }

        return (environment("PATH") ?? "").Split(Path.PathSeparator)
            // An empty entry is the current folder, as POSIX has it.
            .Select(folder => Path.GetFullPath(Path.Combine(folder.Length == 0 ? "." : folder.Trim('"'), name)))
            .SelectMany(path => Candidates(path, environment))
            .FirstOrDefault(IsProgram);
    }

    private static bool IsPath(string name) => name.Contains('/') || (OperatingSystem.IsWindows() && name.Contains('\\'));

    private static IEnumerable<string> Candidates(string path, Func<string, string?> environment) =>
        !OperatingSystem.IsWindows() ? [path]
        : [
            .. Path.HasExtension(path) ? [path] : Array.Empty<string>(),
            .. (environment("PATHEXT") ?? ".EXE;.CMD;.BAT").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(extension => path + extension),
        ];

    private static bool IsProgram(string path)
    {
        const UnixFileMode anybody = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & anybody) != 0);
    }
}

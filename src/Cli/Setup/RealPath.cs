using Latchkey.Cli.Output;

namespace Latchkey.Cli.Setup;

/// <summary>Where a path leads once every symbolic link in it is followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The path may name something that isn't there yet.</summary>
    /// <exception cref="CommandException">The links go round in circles.</exception>
    public static string Of(string path)
    {
        var real = Path.GetFullPath(path);
        for (var links = 0; links < MostLinks; links++)
        {
            if (FirstLink(real) is not var (link, target))
            {
                return real;
            }

            var rest = Path.GetRelativePath(link, real);
            var led = Path.GetFullPath(target, Path.GetDirectoryName(link)!);
            real = rest == "." ? led : Path.Combine(led, rest);
        }

        throw new CommandException(ExitCode.Failed, $"{path} is a symbolic link that leads nowhere.");
    }

    /// <summary>True when a path, links followed, is a folder or lies below it.</summary>
    public static bool IsWithin(string path, string folder)
    {
        var relative = Path.GetRelativePath(Of(folder), Of(path));
        return relative != ".." && !relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !Path.IsPathRooted(relative);
    }

    private static (string Link, string Target)? FirstLink(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var reached = root;
        foreach (var part in path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            reached = Path.Combine(reached, part);
            if (new FileInfo(reached).LinkTarget is { } target)
            {
                return (reached, target);
            }
        }

        return null;
    }
}

using System.Text;

namespace Latchkey.Cli.Run;

/// <summary>Values as words of a shell's language that mean exactly these characters.</summary>
internal static class ShellQuoting
{
    /// <summary>For sh, bash, zsh, dash, ksh (POSIX): single quotes, in which nothing but their end means anything.</summary>
    public static string Posix(string value) => $"'{value.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>For fish: single quotes, in which only <c>\</c> and <c>'</c> need a backslash.</summary>
    public static string Fish(string value) =>
        $"'{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    /// <summary>For PowerShell: single quotes, doubled inside. Its typographic quotes end a string as well.</summary>
    public static string PowerShell(string value)
    {
        var text = new StringBuilder("'");
        foreach (var c in value)
        {
            text.Append(c);
            if (c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B')
            {
                text.Append(c);
            }
        }

        return text.Append('\'').ToString();
    }

    /// <summary>
    /// A program and its plain arguments, as <c>apiKeyHelper</c> takes them: run by sh on Unix, and on Windows by cmd.exe or a bash, in both of which
    /// double quotes hold a path together.
    /// </summary>
    public static string HelperCommand(string program, string arguments, bool windows) =>
        windows ? $"\"{program}\" {arguments}"
        : program.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-') ? $"{program} {arguments}"
        : $"{Posix(program)} {arguments}";
}

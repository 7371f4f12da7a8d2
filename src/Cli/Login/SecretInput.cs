using System.Text;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Login;

/// <summary>
/// Reads a secret from the standard input: typed without being shown, or from a pipe. Never from the command line, which others can see.
/// </summary>
internal static class SecretInput
{
    private const int Longest = 4096;

    /// <param name="what">What is asked for.</param>
    /// <param name="terminal">Where it is asked.</param>
    /// <exception cref="CommandException">Nothing came.</exception>
    public static string Read(string what, Terminal terminal)
    {
        var text = Console.IsInputRedirected ? Console.In.ReadLine() : Typed(what, terminal);
        return text?.Trim() is { Length: > 0 and <= Longest } secret
            ? secret
            : throw new CommandException(ExitCode.Usage, $"There is no {what} on the standard input.");
    }

    private static string Typed(string what, Terminal terminal)
    {
        // Asking for keys turns echo off, and only ReadKey would do so after the prompt: what is pasted right away would be shown.
        _ = Console.KeyAvailable;
        terminal.Error.Write($"{char.ToUpperInvariant(what[0])}{what[1..]}: ");
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    terminal.Error.WriteLine();
                    return typed.ToString();
                case { Key: ConsoleKey.Backspace }:
                    typed.Length = Math.Max(typed.Length - 1, 0);
                    break;
                case { KeyChar: >= ' ' }:
                    typed.Append(key.KeyChar);
                    break;
            }
        }
    }
}

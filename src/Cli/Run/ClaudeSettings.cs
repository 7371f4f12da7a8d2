using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>
/// Takes the person's own <c>--settings</c> out of Claude Code's arguments, as Claude Code finds them: the last one counts, none after <c>--</c>.
/// </summary>
internal static class ClaudeSettings
{
    private const string Option = "--settings";

    /// <param name="arguments">What the person wrote after <c>latchkey claude</c>.</param>
    /// <returns>The arguments without it, and its settings; null when there was none.</returns>
    /// <exception cref="CommandException">The settings can't be read.</exception>
    public static (IReadOnlyList<string> Others, JsonObject? Settings) Take(IReadOnlyList<string> arguments)
    {
        var others = new List<string>();
        string? value = null;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                others.AddRange(arguments.Skip(i));
                break;
            }

            if (arguments[i] == Option && i + 1 < arguments.Count)
            {
                value = arguments[++i];
            }
            else if (arguments[i].StartsWith(Option + "=", StringComparison.Ordinal))
            {
                value = arguments[i][(Option.Length + 1)..];
            }
            else
            {
                others.Add(arguments[i]);
            }
        }

        return (others, value is null ? null : Read(value));
    }

    private static JsonObject Read(string fileOrJson)
    {
        var text = fileOrJson.Trim();
        var inline = text.StartsWith('{') && text.EndsWith('}');
        try
        {
            return JsonNode.Parse(inline ? text : File.ReadAllText(fileOrJson)) as JsonObject
                ?? throw new CommandException(ExitCode.Usage, "--settings should be a JSON object, or a file that holds one.");
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCode.Usage, $"{(inline ? "--settings" : fileOrJson)} isn't JSON: line {e.LineNumber + 1} is wrong.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"--settings can't be read: {e.Message}");
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>
/// The models that somebody may use, as exact ids, aliases (<c>claude-sonnet-4-5</c> allows <c>claude-sonnet-4-5-20250929</c>) or
/// patterns that end in <c>*</c>. Case doesn't matter. An empty list can't be made: whoever may use nothing has no token.
/// </summary>
internal sealed class ModelAllowlist
{
    private const int MaxPatternLength = 128;
    private const int MaxPatterns = 200;
    private const int MaxExplainedLength = 400;
    private readonly string[] _patterns;

    private ModelAllowlist(string[] patterns)
    {
        _patterns = patterns;
        AllowsAnything = Array.Exists(patterns, pattern =>
            pattern == "*" || string.Equals(pattern, "claude-*", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Trimmed, distinct, in the order given.</summary>
    public IReadOnlyList<string> Patterns => _patterns;

    /// <summary>Whether any Claude model will do, as when the API is left to pick the fallbacks.</summary>
    public bool AllowsAnything { get; }

    /// <summary>Reads a comma-separated list, as in <c>ALLOWED_MODELS</c>. The problem names the pattern; it is empty when there is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ModelAllowlist? list, out string problem) =>
        TryCreate(text.Split(','), out list, out problem);

    /// <summary>Reads a list, as in a token's <c>models</c> claim. The problem names the pattern; it is empty when there is none.</summary>
    public static bool TryCreate(IReadOnlyList<string> patterns, [NotNullWhen(true)] out ModelAllowlist? list, out string problem)
    {
        list = null;
        if (patterns.Count is 0 or > MaxPatterns)
        {
            problem = $"A model list holds 1 to {MaxPatterns} entries, not {patterns.Count}.";
            return false;
        }

        var kept = new List<string>(patterns.Count);
        foreach (var pattern in patterns)
        {
            var trimmed = pattern.Trim();
            problem = ProblemOf(trimmed);
            if (problem.Length > 0)
            {
                return false;
            }

            if (!kept.Contains(trimmed, StringComparer.OrdinalIgnoreCase))
            {
                kept.Add(trimmed);
            }
        }

        problem = string.Empty;
        list = new ModelAllowlist([.. kept]);
        return true;
    }

    public bool Allows(string model)
    {
        foreach (var pattern in _patterns)
        {
            if (ModelId.Matches(pattern, model))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first of the models that this list or the token's refuses: the narrower of the two rules. Null when all may be used.</summary>
    public string? FirstDenied(IReadOnlyList<string> billedModels, ModelAllowlist? ofToken)
    {
        foreach (var model in billedModels)
        {
            if (!Allows(model) || ofToken?.Allows(model) == false)
            {
                return model;
            }
        }

        return null;
    }

    /// <summary>What to tell the person whose request was refused: the model, and what both lists leave; at most about 600 characters of ASCII.</summary>
    public string Explain(string deniedModel, ModelAllowlist? ofToken) =>
        $"Model '{Printable(deniedModel)}' is not allowed here. Allowed: {Enumerate(ofToken is null ? _patterns : Overlap(ofToken))}.";

    /// <summary>What to tell the person whose request left the choice of fallbacks to the API although not every model is allowed.</summary>
    public string ExplainFallbacksDefault(ModelAllowlist? ofToken) =>
        "Fallbacks \"default\" may use any model, which is not allowed here; name the fallbacks instead. "
        + $"Allowed: {Enumerate(ofToken is null ? _patterns : Overlap(ofToken))}.";

    private List<string> Overlap(ModelAllowlist other)
    {
        var both = new List<string>();
        foreach (var ours in _patterns)
        {
            foreach (var theirs in other._patterns)
            {
                var narrower = Covers(ours, theirs) ? theirs : Covers(theirs, ours) ? ours : null;
                if (narrower is not null && !both.Contains(narrower, StringComparer.OrdinalIgnoreCase))
                {
                    both.Add(narrower);
                }
            }
        }

        return both;
    }

    private static bool Covers(string wide, string narrow) => (wide[^1], narrow[^1]) switch
    {
        ('*', '*') => narrow.StartsWith(wide[..^1], StringComparison.OrdinalIgnoreCase),
        (_, '*') => false,
        _ => ModelId.Matches(wide, narrow),
    };

    private static string Enumerate(IReadOnlyList<string> patterns)
    {
        if (patterns.Count == 0)
        {
            return "none";
        }

        var text = patterns[0];
        for (var i = 1; i < patterns.Count; i++)
        {
            if (text.Length + patterns[i].Length > MaxExplainedLength)
            {
                return $"{text} and {patterns.Count - i} more";
            }

            text = $"{text}, {patterns[i]}";
        }

        return text;
    }

    private static string ProblemOf(string pattern)
    {
        if (pattern.Length is 0 or > MaxPatternLength)
        {
            return $"A model pattern has 1 to {MaxPatternLength} characters, not {pattern.Length}.";
        }

        foreach (var c in pattern)
        {
            if (c is <= ' ' or > '~')
            {
                return $"Model pattern '{Printable(pattern)}' holds a space or a character beyond ASCII.";
            }
        }

        return pattern.IndexOf('*') is var star && star >= 0 && star < pattern.Length - 1
            ? $"Model pattern '{pattern}' has a * before its end."
            : string.Empty;
    }

    private static string Printable(string text) => string.Create(Math.Min(text.Length, MaxPatternLength), text, static (printable, text) =>
    {
        for (var i = 0; i < printable.Length; i++)
        {
            printable[i] = text[i] is >= ' ' and <= '~' ? text[i] : '?';
        }
    });
}

namespace Latchkey.Cli.Doctor;

/// <summary>What a check found: a closed family.</summary>
/// <param name="Message">In one line.</param>
/// <param name="Advice">What to do; null when there is nothing to do.</param>
internal abstract record Finding(string Message, string? Advice)
{
    public sealed record Fine(string Message) : Finding(Message, null);

    /// <summary>Works, and may hurt one day.</summary>
    public sealed record Doubtful(string Message, string Advice) : Finding(Message, Advice);

    /// <summary>Doesn't work.</summary>
    public sealed record Broken(string Message, string Advice) : Finding(Message, Advice);

    /// <summary>Wasn't looked at.</summary>
    public sealed record Skipped(string Message) : Finding(Message, null);
}

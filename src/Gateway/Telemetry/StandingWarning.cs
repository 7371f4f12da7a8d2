namespace Latchkey.Gateway.Telemetry;

/// <summary>Something that operators should be reminded of as long as it lasts; told by <c>/readyz</c>, so that it names no path and no secret.</summary>
/// <param name="Text">The words; null while there is nothing to say.</param>
internal sealed record StandingWarning(Func<string?> Text)
{
    /// <summary>How this gateway is set up: for as long as it runs.</summary>
    public StandingWarning(string text)
        : this(() => text)
    {
    }
}

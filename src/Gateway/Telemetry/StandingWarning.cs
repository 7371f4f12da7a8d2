namespace Latchkey.Gateway.Telemetry;

/// <summary>Something about this gateway that operators should be reminded of as long as it holds; told by <c>/readyz</c>.</summary>
/// <param name="Text">What it is, or null while there is nothing to say.</param>
internal sealed record StandingWarning(Func<string?> Text);

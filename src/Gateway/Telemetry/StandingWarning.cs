namespace Latchkey.Gateway.Telemetry;

/// <summary>Something about how this gateway is set up that operators should be reminded of as long as it runs; told by <c>/readyz</c>.</summary>
internal sealed record StandingWarning(string Text);

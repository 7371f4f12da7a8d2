namespace Latchkey.Simulator.Scenarios;

/// <summary>A directive that can't be understood; the message says which and why. It reaches the tester as a 400.</summary>
internal sealed class DirectiveException(string message) : Exception(message);

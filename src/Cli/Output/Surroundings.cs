namespace Latchkey.Cli.Output;

/// <summary>What a command finds around it.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Time">The clock.</param>
/// <param name="Help">Takes its examples.</param>
internal sealed record Surroundings(Terminal Terminal, TimeProvider Time, HelpTexts Help);

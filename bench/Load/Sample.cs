namespace Latchkey.Load;

/// <summary>What one row has shown of one peer in one round: figures by name.</summary>
internal sealed record Sample(string Row, string Peer, int Round, IReadOnlyDictionary<string, double> Figures);

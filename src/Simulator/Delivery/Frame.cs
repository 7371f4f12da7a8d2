using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Delivery;

/// <summary>One event of a stream.</summary>
/// <param name="Bytes">As they go on the wire; valid until the next frame is asked for.</param>
/// <param name="UsageSoFar">What a reader knows about the usage once it has read this event; null when it brings nothing new.</param>
internal readonly record struct Frame(ReadOnlyMemory<byte> Bytes, UsageFigures? UsageSoFar = null);

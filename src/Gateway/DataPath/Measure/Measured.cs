using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Measure;

/// <summary>What the tap saw of an answer.</summary>
/// <param name="Reading">Usage and the facts beside it; null when the answer carries none.</param>
/// <param name="Bytes">Bytes of the answer's body that were relayed.</param>
/// <param name="Unreadable">The answer was encoded in a way that can't be read here.</param>
internal sealed record Measured(UsageReading? Reading, long Bytes, bool Unreadable)
{
    public static readonly Measured Nothing = new(null, 0, false);
}

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>How far back the books go, in microseconds since 1970: what is older may be gone. 0: nothing is.</summary>
/// <param name="Rows">First instant whose rows are all there; the start of a day.</param>
/// <param name="Sums">First instant whose roll-ups are all there; the start of a day, and never later than the rows'.</param>
internal readonly record struct Kept(long Rows, long Sums)
{
    /// <summary>Names in the table <c>retention</c>.</summary>
    public const string OfRows = "rows";
    public const string OfSums = "sums";
    public const string OfEvents = "events";

    public static readonly Kept Everything = new(0, 0);
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>What becomes of a billable answer whose client leaves before its end.</summary>
internal sealed class AbortOptions
{
    public const string Section = "Latchkey:Aborts";

    /// <summary>
    /// <c>Cancel</c> (default): the call upstream ends at once, and the output is estimated from what had come. <c>Drain</c>: a successful answer
    /// is read to its end for the exact figures, and costs what it would have cost.
    /// </summary>
    [EnumDataType(typeof(WhenClientLeaves))]
    public WhenClientLeaves WhenClientLeaves { get; set; } = WhenClientLeaves.Cancel;

    /// <summary>Answers that are read for nobody at the same time; one more is cancelled. Default 64, 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxDrains { get; set; } = 64;

    /// <summary>Longest reading of an answer after its client has left; then it is cancelled. Default 30 s, 100 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class AbortOptionsValidator : IValidateOptions<AbortOptions>;

internal enum WhenClientLeaves
{
    Cancel,
    Drain,
}

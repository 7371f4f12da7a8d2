using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>When a breaker opens, how long it pauses and what closes it again.</summary>
internal sealed class BreakerOptions : IValidatableObject
{
    public const string Section = "Latchkey:Breaker";

    /// <summary>Failed calls in a row that open a breaker. Default 5, 1 to 1000.</summary>
    [Range(1, 1000)]
    public int FailuresToOpen { get; set; } = 5;

    /// <summary>Pause before the first probe after failures opened a breaker. Default 30 s, 100 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan OpenDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Successful probes that close a half-open breaker. Default 2, 1 to 100.</summary>
    [Range(1, 100)]
    public int SuccessesToClose { get; set; } = 2;

    /// <summary>Least time between the starts of two probes. Default 1 s, 10 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How far back overloaded answers (529) are compared with all answers. Default 10 s, 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan OverloadWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Share of overloaded answers in the window that opens a breaker; 0.5 is half. Default 0.5, 0.01 to 1.</summary>
    [Range(0.01, 1.0)]
    public double OverloadRatio { get; set; } = 0.5;

    /// <summary>Fewest answers in the window for the share to mean anything. Default 20, 1 to 100000.</summary>
    [Range(1, 100_000)]
    public int OverloadMinimumCalls { get; set; } = 20;

    /// <summary>First pause after overload; each overloaded probe doubles it. Up to a quarter is taken off at random. Default 5 s, 100 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan OverloadPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause after overload; at least <see cref="OverloadPause"/>. Default 60 s, 100 ms to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan OverloadMaxPause { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Models that have a breaker of their own at the same time. When full, the closed one that was used least recently makes
    /// room; when none is closed, a further model is guarded by its host's breaker only. Default 1024, 1 to 100000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxModels { get; set; } = 1024;

    /// <summary>A closed breaker that no call has used for this long is forgotten. Default 10 min, 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan IdleEviction { get; set; } = TimeSpan.FromMinutes(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OverloadMaxPause < OverloadPause)
        {
            yield return new ValidationResult(
                $"{nameof(OverloadMaxPause)} must be at least {nameof(OverloadPause)}.", [nameof(OverloadMaxPause)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class BreakerOptionsValidator : IValidateOptions<BreakerOptions>;

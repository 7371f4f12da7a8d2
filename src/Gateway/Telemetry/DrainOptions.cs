using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Telemetry;

internal sealed class DrainOptions
{
    public const string Section = "Latchkey:Drain";

    /// <summary>
    /// How long calls are still taken after SIGTERM while <c>/readyz</c> already says no, so that load balancers can turn
    /// away first; 5 s by default, 0 in development.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long open streams may take to finish after that; 10 min by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "02:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class DrainOptionsValidator : IValidateOptions<DrainOptions>;

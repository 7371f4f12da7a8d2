using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>How long the books are kept. Days and months end at midnight UTC.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Latchkey:Storage:Retention";

    /// <summary>Days that usage rows are kept (<c>RETENTION_DAYS</c>). Default 90; 0: for ever; to 3,650.</summary>
    [Range(0, 3_650)]
    public int RowDays { get; set; } = 90;

    /// <summary>
    /// Months that the sums by hour and by day are kept, but never less long than their rows. Default 25; 0: for ever; to 1,200.
    /// </summary>
    [Range(0, 1_200)]
    public int SumMonths { get; set; } = 25;

    /// <summary>Days that events are kept which others are told of. Default 30; 0: for ever; to 3,650.</summary>
    [Range(0, 3_650)]
    public int EventDays { get; set; } = 30;
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;

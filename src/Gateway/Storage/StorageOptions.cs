using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Storage;

internal sealed class StorageOptions
{
    public const string Section = "Latchkey:Storage";

    /// <summary>Folder of the SQLite file and the generated secrets; <c>./data</c> by default.</summary>
    public string DataDirectory { get; set; } = "./data";

    /// <summary>How long rows stay in the journal after PostgreSQL has got them; a day by default, an hour at least. Without PostgreSQL nothing is deleted.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "366.00:00:00")]
    public TimeSpan JournalRetention { get; set; } = TimeSpan.FromDays(1);
}

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;

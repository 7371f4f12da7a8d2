using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Admin.Reconcile;

internal sealed class ReconcileOptions
{
    public const string Section = "Latchkey:Reconcile";

    /// <summary>Admin key of the organisation (<c>sk-ant-admin…</c>), with which its usage and cost are asked for; none by default.</summary>
    public string? AdminKey { get; set; }

    /// <summary>Largest drift that counts as agreement, in per cent of Anthropic's figure; 1 by default.</summary>
    [Range(0.0, 100.0)]
    public double TolerancePercent { get; set; } = 1;
}

[OptionsValidator]
internal sealed partial class ReconcileOptionsValidator : IValidateOptions<ReconcileOptions>;

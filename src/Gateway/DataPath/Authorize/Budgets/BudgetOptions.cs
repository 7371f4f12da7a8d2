using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

internal sealed class BudgetOptions
{
    public const string Section = "Latchkey:Budgets";

    /// <summary>
    /// Output tokens that a budget of the mode <c>rolling</c> holds at a time for each open answer; 4,096 by default, 256 to 128,000.
    /// The price of as many is what an open answer can overspend.
    /// </summary>
    [Range(256, 128_000)]
    public int SliceTokens { get; set; } = 4_096;
}

[OptionsValidator]
internal sealed partial class BudgetOptionsValidator : IValidateOptions<BudgetOptions>;

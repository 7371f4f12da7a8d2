namespace Latchkey.Gateway.Prices;

internal sealed class PricesOptions
{
    public const string Section = "Latchkey:Prices";
    public const string FileVariable = "PRICES_FILE";
    public const string OverridesVariable = "PRICE_OVERRIDES";

    /// <summary>Price file that takes the place of the book in the program; none by default. A change counts within 2 s.</summary>
    public string? File { get; set; }

    /// <summary>File with the operator's own rates, discount and mark-up, put over the book; none by default. A change counts within 2 s.</summary>
    public string? OverridesFile { get; set; }
}

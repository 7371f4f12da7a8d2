namespace Latchkey.Gateway.DataPath.Authorize;

internal sealed class ModelOptions
{
    public const string Section = "Latchkey:Models";

    /// <summary>Models that may be used, comma-separated: ids, aliases or <c>*</c> suffix patterns. <c>claude-*</c> by default.</summary>
    public string Allowed { get; set; } = "claude-*";
}

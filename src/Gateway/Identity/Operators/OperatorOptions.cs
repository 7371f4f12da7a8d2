namespace Latchkey.Gateway.Identity.Operators;

internal sealed class OperatorOptions
{
    public const string Section = "Latchkey:Operators";

    /// <summary>The shortest credential that is taken, in characters.</summary>
    public const int MinLength = 24;

    /// <summary>The first operator's credential, 24 characters or more. Generated, printed once and kept hashed in development; required in production.</summary>
    public string? ApiKey { get; set; }
}

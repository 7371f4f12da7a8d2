namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>What came of looking at one token.</summary>
internal abstract record Verification
{
    private Verification()
    {
    }

    /// <summary>Ours, untouched, in force.</summary>
    public sealed record Valid(Caller Caller) : Verification;

    /// <summary>Ours and untouched, but its time is over. <c>POST /refresh</c> takes it for a short while.</summary>
    public sealed record Expired(Caller Caller) : Verification;

    /// <summary>Anything else. The reason is for logs and tests; clients all hear the same.</summary>
    public sealed record Invalid(string Reason) : Verification;

    /// <summary>It can't be told: there are no keys.</summary>
    public sealed record Unknown : Verification;
}

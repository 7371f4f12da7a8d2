namespace Latchkey.Client.Tokens;

/// <summary>What came of renewing.</summary>
internal abstract record Renewal
{
    private Renewal()
    {
    }

    /// <param name="Token">The token to use from now on.</param>
    public sealed record Done(HeldToken Token) : Renewal;

    /// <summary>The gateway won't give this device a token.</summary>
    public sealed record Refused(int Status, string Message) : Renewal;

    /// <summary>The gateway can't be asked now.</summary>
    public sealed record Away(string Reason, TimeSpan? RetryAfter) : Renewal;
}

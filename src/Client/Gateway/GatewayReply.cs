using Latchkey.Protocol;

namespace Latchkey.Client.Gateway;

/// <summary>What came of asking the gateway for a token.</summary>
internal abstract record GatewayReply
{
    private GatewayReply()
    {
    }

    /// <param name="Answer">What it said.</param>
    /// <param name="Now">The gateway's own clock, from its <c>Date</c>; null when it sent none.</param>
    public sealed record Granted(TokenResponse Answer, DateTimeOffset? Now) : GatewayReply;

    /// <summary>It said no, and will say no again.</summary>
    public sealed record Refused(int Status, string Message) : GatewayReply;

    /// <summary>No answer, or one that asks to come again.</summary>
    public sealed record Away(string Reason, TimeSpan? RetryAfter = null) : GatewayReply;
}

using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>May they?</summary>
internal abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>Yes: the permit holds what was reserved and must be closed once.</summary>
    public sealed record Allowed(Permit Permit) : Verdict;

    /// <summary>No. The standing tells the caller its own figures where a limit or a budget was reached.</summary>
    public sealed record Refused(Refusal Refusal, CallerStanding Standing) : Verdict;
}

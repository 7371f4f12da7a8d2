namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>What one upstream call says about the model that it asked.</summary>
internal enum CallOutcome
{
    /// <summary>Says nothing: the client left, a rate limit, a refused credential.</summary>
    Neutral,
    Success,
    Failure,
    /// <summary>The upstream is there and too busy (529): a class of its own with shorter pauses.</summary>
    Overloaded,
}

/// <summary>What one upstream call says about the host, whatever the model answered.</summary>
internal enum HostContact
{
    Unknown,
    Reached,
    /// <summary>No name, no connection or no TLS: nothing of the request was sent.</summary>
    Unreachable,
}

/// <summary>Who has to act for the call to work next time.</summary>
internal enum Fault
{
    None,
    Client,
    /// <summary>Us or our operator: a bad key, a used-up quota, no sockets left.</summary>
    Gateway,
    Upstream,
}

/// <summary>The end of one upstream call, as <see cref="OutcomeOf"/> judges it.</summary>
internal readonly record struct CallResult(CallOutcome Outcome, HostContact Host, Fault Fault);

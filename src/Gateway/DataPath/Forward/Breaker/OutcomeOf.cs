using System.Net.Sockets;

namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>
/// Judges the end of a call: does it count for or against the model, for or against the host, and who was at fault?
/// A client that left is judged first, whatever happened to the call because of it.
/// </summary>
internal static class OutcomeOf
{
    /// <summary>The client left. <paramref name="answered"/>: response headers had come by then.</summary>
    public static CallResult ClientAbort(bool answered) =>
        new(CallOutcome.Neutral, answered ? HostContact.Reached : HostContact.Unknown, Fault.Client);

    /// <summary>The gateway ended a stream that went well so far, for a reason that isn't the upstream's.</summary>
    public static CallResult Cut() => Reached(CallOutcome.Neutral, Fault.None);

    /// <summary>The gateway gave up before response headers came, for a reason that isn't the upstream's.</summary>
    public static CallResult CutUnanswered() => new(CallOutcome.Neutral, HostContact.Unknown, Fault.None);

    /// <summary>No usable response headers came.</summary>
    public static CallResult Transport(TransportFailure failure) => failure switch
    {
        TransportFailure.Dns or TransportFailure.Connect or TransportFailure.Tls =>
            new(CallOutcome.Failure, HostContact.Unreachable, Fault.Upstream),
        TransportFailure.InvalidResponse => new(CallOutcome.Failure, HostContact.Reached, Fault.Upstream),
        TransportFailure.Local => new(CallOutcome.Neutral, HostContact.Unknown, Fault.Gateway),
        // The host took the connection, so it isn't the host's breaker that should open; nor is this proof that it is well.
        _ => new(CallOutcome.Failure, HostContact.Unknown, Fault.Upstream),
    };

    /// <summary>A response whose status isn't the start of a stream: <paramref name="errorType"/> is <c>error.type</c> of its body, if it had one.</summary>
    public static CallResult Response(int status, string? errorType) => status switch
    {
        >= 200 and < 300 => Reached(CallOutcome.Success, Fault.None),
        401 or 403 or 429 => Reached(CallOutcome.Neutral, Fault.Gateway),
        402 => Reached(CallOutcome.Success, Fault.Gateway),
        >= 400 and < 500 => Reached(CallOutcome.Success, errorType == "billing_error" ? Fault.Gateway : Fault.Client),
        // Not implemented is an answer about the request, like a 4xx: a client that asks again mustn't open the breaker.
        501 => Reached(CallOutcome.Success, Fault.Client),
        529 => Reached(CallOutcome.Overloaded, Fault.Upstream),
        >= 500 when errorType == "overloaded_error" => Reached(CallOutcome.Overloaded, Fault.Upstream),
        // 5xx, and what Claude's API never sends: redirects, 101, 600.
        _ => Reached(CallOutcome.Failure, Fault.Upstream),
    };

    /// <summary>The body of a 2xx response ended. <paramref name="errorType"/> is that of the error event, if one ended it.</summary>
    public static CallResult Stream(StreamEnd end, string? errorType) => end switch
    {
        StreamEnd.Complete => Reached(CallOutcome.Success, Fault.None),
        StreamEnd.ErrorEvent => ErrorEvent(errorType),
        StreamEnd.Local => Reached(CallOutcome.Neutral, Fault.Gateway),
        _ => Reached(CallOutcome.Failure, Fault.Upstream),
    };

    /// <summary>
    /// The kind of an <see cref="HttpRequestException"/> thrown before headers came. The deadlines for connecting and for
    /// headers are the caller's own tokens: name those kinds there.
    /// </summary>
    public static TransportFailure KindOf(HttpRequestException exception)
    {
        if (exception.InnerException is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable })
        {
            return TransportFailure.Local;
        }

        return exception.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => TransportFailure.Dns,
            HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => TransportFailure.Connect,
            HttpRequestError.SecureConnectionError => TransportFailure.Tls,
            HttpRequestError.InvalidResponse
                or HttpRequestError.HttpProtocolError
                or HttpRequestError.ConfigurationLimitExceeded
                or HttpRequestError.VersionNegotiationError => TransportFailure.InvalidResponse,
            _ => TransportFailure.ResetBeforeHeaders,
        };
    }

    private static CallResult ErrorEvent(string? errorType) => errorType switch
    {
        "overloaded_error" => Reached(CallOutcome.Overloaded, Fault.Upstream),
        "rate_limit_error" or "authentication_error" or "permission_error" => Reached(CallOutcome.Neutral, Fault.Gateway),
        "billing_error" => Reached(CallOutcome.Success, Fault.Gateway),
        "invalid_request_error" or "not_found_error" or "request_too_large" or "conflict_error" or "policy_blocked" =>
            Reached(CallOutcome.Success, Fault.Client),
        _ => Reached(CallOutcome.Failure, Fault.Upstream),
    };

    private static CallResult Reached(CallOutcome outcome, Fault fault) => new(outcome, HostContact.Reached, fault);
}

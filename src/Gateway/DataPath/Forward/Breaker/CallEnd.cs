namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>How a call broke before there were response headers.</summary>
internal enum TransportFailure
{
    Dns,
    /// <summary>Refused, unreachable, or no answer within the connect timeout.</summary>
    Connect,
    Tls,
    /// <summary>The connection was there and ended before the headers.</summary>
    ResetBeforeHeaders,
    HeaderTimeout,
    /// <summary>What came was no valid HTTP.</summary>
    InvalidResponse,
    /// <summary>Our own doing: no sockets left, or a shutdown deadline.</summary>
    Local,
}

/// <summary>How the body of a 2xx response ended.</summary>
internal enum StreamEnd
{
    /// <summary><c>message_stop</c>, or the end of a body that isn't a stream.</summary>
    Complete,
    /// <summary>An <c>event: error</c> in the stream.</summary>
    ErrorEvent,
    /// <summary>End of the body or of the connection without <c>message_stop</c>.</summary>
    Truncated,
    /// <summary>No byte within the stall timeout.</summary>
    Stalled,
    /// <summary>We ended it: a revocation, or a shutdown deadline.</summary>
    Local,
}

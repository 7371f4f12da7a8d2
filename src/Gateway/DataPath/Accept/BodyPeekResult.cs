namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>What reading a request body came to: the facts, or the reason for a 400 <c>invalid_request_error</c>.</summary>
internal abstract record PeekResult
{
    private PeekResult() { }

    /// <summary>The body reads the same to every JSON parser, as far as policy and meter are concerned.</summary>
    public sealed record Peeked(PeekedBody Body) : PeekResult;

    /// <summary>The body is refused. The message names the key and holds at most 64 characters of the client's own text, in printable ASCII.</summary>
    public sealed record Malformed(string Message) : PeekResult;
}

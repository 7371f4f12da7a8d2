namespace Latchkey.Client;

/// <summary>
/// There is no way to Claude at the moment. The message is for the person; <see cref="Status"/> says more. It is an
/// <see cref="HttpRequestException"/>, so that whatever handles a failed connection handles this.
/// </summary>
public sealed class LatchkeyException : HttpRequestException
{
    internal LatchkeyException(LatchkeyStatus status, Exception? inner = null)
        : base(HttpRequestError.ConnectionError, status.Advice is null ? status.Message : $"{status.Message} {status.Advice}", inner) =>
        Status = status;

    /// <summary>The state that stands in the way.</summary>
    public LatchkeyStatus Status { get; }
}

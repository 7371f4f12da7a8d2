using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>Has the input of a message counted before it is sent, where an estimate is too coarse. The stage Forward implements it.</summary>
internal interface ITokenCount
{
    /// <summary>
    /// Input tokens of the message, cached ones included, as the upstream counts them for free; null when that can't be had, for
    /// whatever reason: an estimate has to do then. What a server tool or a compaction adds on the way isn't in it.
    /// </summary>
    /// <param name="caller">Whose message: it is counted with the key that will send it.</param>
    /// <param name="request">The message, its body read.</param>
    /// <param name="headers">The client's: version and betas decide what the body means.</param>
    /// <param name="cancellation">The client's leaving.</param>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    ValueTask<long?> CountAsync(Caller caller, AcceptedRequest request, IHeaderDictionary headers, CancellationToken cancellation);
}

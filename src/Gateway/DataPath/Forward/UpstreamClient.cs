using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>The calls to the upstream.</summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public UpstreamClient(Upstream upstream, IOptions<ForwardOptions> options) =>
        _invoker = new HttpMessageInvoker(new MasterKeyHandler(upstream, UpstreamConnections.Of(options.Value)));

    /// <summary>Sends and returns as soon as the answer's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellation) =>
        _invoker.SendAsync(message, cancellation);

    public void Dispose() => _invoker.Dispose();
}

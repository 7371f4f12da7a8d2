using System.Net;
using System.Text;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>The connections to the upstream.</summary>
internal sealed class UpstreamClient : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    public UpstreamClient(Upstream upstream, IOptions<ForwardOptions> options) =>
        _invoker = new HttpMessageInvoker(new MasterKeyHandler(upstream, Connections(options.Value)));

    /// <summary>Sends and returns as soon as the answer's head is there.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellation) =>
        _invoker.SendAsync(message, cancellation);

    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler Connections(ForwardOptions options) => new()
    {
        // A redirect would take the x-api-key header to another host; a cookie would go to the next device.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        Credentials = null,
        PreAuthenticate = false,

        // The client's trace and baggage aren't the provider's business.
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTimeout,
        PooledConnectionLifetime = options.ConnectionLifetime,
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 32,

        // A client that left must end the upstream's work now, not after the rest of its answer.
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,

        // As Kestrel reads them: what a client wrote goes out as it came.
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    };
}

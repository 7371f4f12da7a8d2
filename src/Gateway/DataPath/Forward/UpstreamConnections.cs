using System.Net;
using System.Text;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>Makes the connections to the upstream, for whoever speaks to it with a credential of ours.</summary>
internal static class UpstreamConnections
{
    public static SocketsHttpHandler Of(ForwardOptions options) => new()
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

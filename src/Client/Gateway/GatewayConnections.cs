namespace Latchkey.Client.Gateway;

/// <summary>How this library connects: no redirects, which would carry a token elsewhere, no cookies, no draining of what nobody reads.</summary>
internal static class GatewayConnections
{
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // A gateway that moves is found again.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        // Stopping an answer ends it at the gateway at once.
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,
    };
}

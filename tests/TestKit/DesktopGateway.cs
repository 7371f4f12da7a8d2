using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.TestKit;

/// <summary>Starts a <see cref="TestGateway"/> that tells its clients its own address, which they then call.</summary>
public static class DesktopGateway
{
    /// <param name="settings">As for <see cref="TestGateway.StartAsync"/>.</param>
    /// <param name="time">A clock for the gateway.</param>
    /// <param name="dataDirectory">A folder that outlives this gateway.</param>
    /// <param name="port">A port that a gateway before this one had; null for a free one.</param>
    /// <param name="services">Replaces services of the gateway.</param>
    public static Task<TestGateway> StartAsync(
        IEnumerable<(string Key, string Value)>? settings = null,
        TimeProvider? time = null,
        string? dataDirectory = null,
        int? port = null,
        Action<IServiceCollection>? services = null)
    {
        var chosen = (port ?? FreePort()).ToString(CultureInfo.InvariantCulture);
        return TestGateway.StartAsync(
            [("Latchkey:Listener:Port", chosen), ("Latchkey:Tokens:ProxyBaseUrl", $"http://127.0.0.1:{chosen}"), .. settings ?? []],
            time: time,
            dataDirectory: dataDirectory,
            services: services);
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;
using Latchkey.TestKit;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>Gateways that tell devices where they are.</summary>
internal static class Gateways
{
    /// <param name="port">A port that was free a moment ago, for one that comes back at the same place; any by default.</param>
    /// <param name="settings">As of <see cref="TestGateway.StartAsync"/>.</param>
    /// <param name="upstream">As of <see cref="TestGateway.StartAsync"/>.</param>
    /// <param name="dataDirectory">As of <see cref="TestGateway.StartAsync"/>.</param>
    /// <param name="time">As of <see cref="TestGateway.StartAsync"/>.</param>
    public static async Task<TestGateway> StartAsync(
        int? port = null,
        IEnumerable<(string Key, string Value)>? settings = null,
        Uri? upstream = null,
        string? dataDirectory = null,
        TimeProvider? time = null)
    {
        for (var tries = 1; ; tries++)
        {
            var chosen = port ?? FreePort();
            try
            {
                return await TestGateway.StartAsync(
                    [
                        ("Latchkey:Listener:Port", $"{chosen}"),
                        ("Latchkey:Tokens:ProxyBaseUrl", $"http://127.0.0.1:{chosen}"),
                        .. settings ?? [],
                    ],
                    upstream,
                    time,
                    dataDirectory);
            }
            catch (IOException) when (tries < 5 && port is null)
            {
                // Somebody else took the port in between.
            }
        }
    }

    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Latchkey.TestKit;

public static class LoopbackPort
{
    /// <summary>A port that nobody listens on now; the next moment somebody may.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

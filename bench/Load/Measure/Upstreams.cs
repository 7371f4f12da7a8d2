using System.Net;
using System.Net.Sockets;
using Latchkey.Load.Peers;

namespace Latchkey.Load.Measure;

/// <summary>The stand-in, once without TLS and once with it.</summary>
internal sealed class Upstreams : IDisposable
{
    private readonly Pinned _plain;
    private readonly Pinned _secure;

    private Upstreams(Pinned plain, Pinned secure, Uri plainAddress, Uri secureAddress, string authority) =>
        (_plain, _secure, Plain, Secure, Authority) = (plain, secure, plainAddress, secureAddress, authority);

    public Uri Plain { get; }

    public Uri Secure { get; }

    /// <summary>The file that those have to trust who talk to <see cref="Secure"/>.</summary>
    public string Authority { get; }

    public double CpuSeconds => _plain.CpuSeconds() + _secure.CpuSeconds();

    public static async Task<Upstreams> StartAsync(string native, string folder)
    {
        var files = Certificates.Write(folder);
        var program = Path.Combine(native, "standin");
        var (plainPort, securePort) = (FreePort(), FreePort());
        var plain = await Pinned.StartAsync(new Command(program, $"{plainPort}"), Machine.OtherCores, folder, plainPort);
        var secure = await Pinned.StartAsync(new Command(program, $"{securePort}", files.Certificate, files.Key), Machine.OtherCores, folder, securePort);
        return new Upstreams(plain, secure, new Uri($"http://127.0.0.1:{plainPort}"), new Uri($"https://localhost:{securePort}"), files.Authority);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        _plain.Dispose();
        _secure.Dispose();
    }
}

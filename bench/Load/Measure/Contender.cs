using Latchkey.Load.Peers;

namespace Latchkey.Load.Measure;

/// <summary>A peer that runs.</summary>
internal sealed class Contender : IDisposable
{
    private readonly Pinned? _process;

    private Contender(IPeer peer, Pinned? process, int port, string headers) => (Peer, _process, Port, Headers) = (peer, process, port, headers);

    public IPeer Peer { get; }

    public int Port { get; }

    /// <summary>The file with its devices' header lines.</summary>
    public string Headers { get; }

    public double CpuSeconds => _process?.CpuSeconds() ?? 0;

    public double MemoryKb => _process?.MemoryKb() ?? 0;

    public Task RestAsync() => _process?.RestAsync() ?? Task.CompletedTask;

    public static async Task<Contender> StartAsync(IPeer peer, Site site)
    {
        var command = peer.Start(site);
        var process = command is null ? null : await Pinned.StartAsync(command, Machine.PeerCore, site.Folder, site.Port);
        var headers = Path.Combine(site.Folder, "headers");
        await File.WriteAllTextAsync(headers, string.Join("\n\n", await peer.EnrolAsync(site)));
        return new Contender(peer, process, command is null ? site.Plain.Port : site.Port, headers);
    }

    public void Dispose() => _process?.Dispose();
}

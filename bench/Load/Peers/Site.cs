namespace Latchkey.Load.Peers;

/// <summary>Where a peer is started.</summary>
/// <param name="Folder">Its own; empty at first.</param>
/// <param name="Port">Where it listens, on loopback.</param>
/// <param name="Plain">The upstream without TLS.</param>
/// <param name="Secure">The upstream with TLS.</param>
/// <param name="Authority">The file with the certificate of the bench's own authority, which has signed the upstream's.</param>
/// <param name="Gateway">The folder of the published gateway.</param>
/// <param name="Npm">The folder with the peers that are packages of npm.</param>
internal sealed record Site(string Folder, int Port, Uri Plain, Uri Secure, string Authority, string Gateway, string Npm)
{
    public Uri Upstream(bool tls) => tls ? Secure : Plain;

    public Uri Address => new($"http://127.0.0.1:{Port}");
}

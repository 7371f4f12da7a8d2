namespace Latchkey.Load.Peers;

/// <summary>Bare YARP: its forwarder on Kestrel, nothing else.</summary>
internal sealed class YarpPeer(bool tls) : IPeer
{
    public string Name => tls ? "yarp-tls" : "yarp";

    public bool Exists(Site site) => true;

    public Command Start(Site site) =>
        new(Environment.ProcessPath!, "yarp", $"{site.Port}", site.Upstream(tls).GetLeftPart(UriPartial.Authority))
        {
            Environment = new Dictionary<string, string> { ["SSL_CERT_FILE"] = site.Authority },
        };
}

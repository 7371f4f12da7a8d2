namespace Latchkey.Load.Peers;

/// <summary>HAProxy as a bare reverse proxy: one thread, no log, upstream connections shared, events not held back.</summary>
internal sealed class HaproxyPeer(bool tls) : IPeer
{
    public string Name => tls ? "haproxy-tls" : "haproxy";

    public bool CompilesItself => false;

    public bool Exists(Site site) => Command.Find("haproxy") is not null;

    public Command Start(Site site)
    {
        var configuration = Path.Combine(site.Folder, "haproxy.cfg");
        var upstreamTls = tls ? $" ssl verify required ca-file {site.Authority} verifyhost localhost sni str(localhost) ssl-min-ver TLSv1.3" : "";
        File.WriteAllText(configuration, $"""
            global
              nbthread 1
              maxconn 9500
            defaults
              mode http
              timeout connect 10s
              timeout client 600s
              timeout server 600s
              http-reuse always
              option http-no-delay
            frontend gateway
              bind 127.0.0.1:{site.Port} backlog 4096
              default_backend claude
            backend claude
              server claude 127.0.0.1:{site.Upstream(tls).Port}{upstreamTls}

            """);
        return new Command(Command.Find("haproxy")!, "-db", "-f", configuration);
    }
}

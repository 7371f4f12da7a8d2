namespace Latchkey.Load.Peers;

/// <summary>Everything that is compared, in the order of the tables.</summary>
internal static class PeerList
{
    public static IReadOnlyList<IPeer> All { get; } =
    [
        new DirectPeer(),
        new NginxPeer(tls: false),
        new HaproxyPeer(tls: false),
        new YarpPeer(tls: false),
        new FastifyPeer(),
        new PortkeyPeer(),
        new LatchkeyPeer(tls: false),
        new NoLedgerPeer(),
        new NginxPeer(tls: true),
        new HaproxyPeer(tls: true),
        new YarpPeer(tls: true),
        new LatchkeyPeer(tls: true),
    ];
}

namespace Latchkey.Load.Peers;

/// <summary>The same gateway with a ledger that writes nothing: what durability costs.</summary>
internal sealed class NoLedgerPeer(bool tls) : IPeer
{
    public string Name => tls ? "no-ledger-tls" : "no-ledger";

    public bool Exists(Site site) => true;

    public Command Start(Site site) => new(Environment.ProcessPath!, "no-ledger") { Environment = LatchkeyPeer.Settings(site, tls) };

    public Task<IReadOnlyList<string>> EnrolAsync(Site site) => LatchkeyPeer.EnrolAtAsync(site.Address);
}

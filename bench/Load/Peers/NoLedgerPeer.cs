namespace Latchkey.Load.Peers;

/// <summary>The same gateway with a ledger that writes nothing: what durability costs.</summary>
internal sealed class NoLedgerPeer : IPeer
{
    public string Name => "no-ledger";

    /// <summary>Where durability costs nothing.</summary>
    public IReadOnlyList<string> Skips => ["json-50k", "json-1500k", "busy-100", "busy-1000", "burst-1000", "burst-5000", "held", "held-1500k"];

    public bool Exists(Site site) => true;

    public Command Start(Site site) => new(Environment.ProcessPath!, "no-ledger") { Environment = LatchkeyPeer.Settings(site, tls: false) };

    public Task<IReadOnlyList<string>> EnrolAsync(Site site) => LatchkeyPeer.EnrolAtAsync(site.Address);
}

namespace Latchkey.Load.Peers;

/// <summary>Nothing in the middle: what the stand-in and the client cost themselves.</summary>
internal sealed class DirectPeer : IPeer
{
    public string Name => "direct";

    public IReadOnlyList<string> Skips => ["held", "held-1500k"];

    public bool CompilesItself => false;

    public bool Exists(Site site) => true;

    public Command? Start(Site site) => null;
}

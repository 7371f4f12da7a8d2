namespace Latchkey.Simulator;

internal sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    /// <summary>The accepted keys, comma-separated; empty (the default) accepts any key that isn't empty.</summary>
    public string ApiKeys { get; set; } = "";

    /// <summary>Whether the tally keeps the bytes of request and response bodies, not only their hashes. Default: no.</summary>
    public bool KeepBodies { get; set; }

    /// <summary>How many rows the tally keeps; older ones are dropped, the totals still hold them. Default 100,000.</summary>
    public int KeepRows { get; set; } = 100_000;
}

namespace Latchkey.Load;

/// <summary>What is measured of every peer in every round.</summary>
/// <param name="Name">What the tables and <c>--rows</c> call it.</param>
/// <param name="Loads">What the client does; held streams add up.</param>
internal sealed record Row(string Name, params Load[] Loads)
{
    /// <summary>
    /// In the order in which they are measured. Requests as fast as they can, calls by rate, streams; then memory.
    /// </summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("json-1k", new Load("json", "1k", "closed", 64, 1.2)),
        new("json-50k", new Load("json", "50k", "closed", 64, 1.2)),
        new("json-1500k", new Load("json", "1500k", "closed", 8, 1.2)),
        new("rate-200", new Load("json", "1k", "open", 200, 2)),
        new("rate-500", new Load("json", "1k", "open", 500, 1.5)),
        new("spoken-100", new Load("spoken", "1k", "open", 100, 1)),
        new("busy-100", new Load("busy", "1k", "streams", 100, 0.3, 2)),
        new("busy-1000", new Load("busy", "1k", "streams", 1000, 1.5, 4)),
        new("burst-1000", new Load("spoken", "1k", "streams", 1000, 0.05)),
        new("burst-5000", new Load("spoken", "1k", "streams", 5000, 0.5)) { OnlyWhenNamed = true },
        new("held", new Load("held", "1k", "hold", 1000, 1), new Load("held", "1k", "hold", 4000, 2)),
        new("held-1500k", new Load("held", "1500k", "hold", 100, 0.5)),
    ];

    /// <summary>More than a core can do for most of the peers.</summary>
    public bool OnlyWhenNamed { get; private init; }

    /// <summary>Memory is measured, of a peer that has just been started.</summary>
    public bool IsHeld => Loads[0].Kind == "hold";
}

namespace Latchkey.Durability;

/// <summary>What a gateway gets for a while.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Stream">Calls are streamed: 20 events over a second.</param>
/// <param name="PerSecond">Calls a second, sent when they are due, whether or not others have been answered; 0: each connection calls again at once.</param>
/// <param name="Connections">How many call when <paramref name="PerSecond"/> is 0.</param>
/// <param name="Lasts">How long calls are sent.</param>
internal sealed record Load(string Name, bool Stream, int PerSecond, int Connections, TimeSpan Lasts)
{
    public static IReadOnlyList<Load> All { get; } =
    [
        new("JSON, 50 requests/s", false, 50, 0, TimeSpan.FromSeconds(3)),
        new("JSON, 200 requests/s", false, 200, 0, TimeSpan.FromSeconds(3)),
        new("streams of 20 events over a second, 20 streams/s", true, 20, 0, TimeSpan.FromSeconds(3)),
        new("JSON, 256 connections as fast as they can", false, 0, 256, TimeSpan.FromSeconds(2)),
    ];

    public static IReadOnlyList<Load> Short { get; } = [.. All.Select(l => l with { Lasts = TimeSpan.FromSeconds(1) })];

    /// <summary>Before anything is measured: the code is compiled, the connections are open.</summary>
    public static IReadOnlyList<Load> WarmUp { get; } =
    [
        new("warm-up", false, 0, 256, TimeSpan.FromSeconds(2)),
        new("warm-up", true, 60, 0, TimeSpan.FromSeconds(1)),
        new("warm-up", false, 0, 256, TimeSpan.FromSeconds(2)),
    ];
}

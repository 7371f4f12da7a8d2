namespace Latchkey.Load;

/// <summary>What is measured of every peer in every round.</summary>
/// <param name="Name">What the tables and <c>--rows</c> call it.</param>
/// <param name="Title">What it is.</param>
/// <param name="Load">What the client does.</param>
internal sealed record Row(string Name, string Title, Load Load)
{
    public static IReadOnlyList<Row> All { get; } =
    [
        new("json-1k", "JSON, 1 KB requests, 64 connections as fast as they can", new("json", "1k", "closed", 64, 1.5)),
        new("json-50k", "JSON, 50 KB requests, 64 connections as fast as they can", new("json", "50k", "closed", 64, 1.5)),
        new("json-1500k", "JSON, 1.5 MB requests, 8 connections as fast as they can", new("json", "1500k", "closed", 8, 1.5)),
        new("rate-200", "JSON, 1 KB, 200 requests/s", new("json", "1k", "open", 200, 2.5)),
        new("rate-500", "JSON, 1 KB, 500 requests/s", new("json", "1k", "open", 500, 2)),
        new("spoken-100", "100 streams of 20 events over a second, 100 begun a second", new("spoken", "1k", "open", 100, 1.5)),
        new("busy-100", "100 streams at once, 50 events/s each", new("busy", "1k", "streams", 100, 0.5, 2)),
        new("busy-1000", "1,000 streams at once, 50 events/s each", new("busy", "1k", "streams", 1000, 1, 3)),
    ];
}

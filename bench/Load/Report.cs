using System.Globalization;
using System.Text.Json;

namespace Latchkey.Load;

/// <summary>Prints what was measured, and keeps it.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Readable = new(JsonSerializerOptions.Web) { WriteIndented = true };

    public static void Progress(Sample sample) =>
        Console.WriteLine($"{sample.Round + 1} {sample.Row,-12} {sample.Peer,-14} {string.Join("  ", sample.Figures.Select(f => $"{f.Key} {f.Value.ToString("G4", CultureInfo.InvariantCulture)}"))}");

    public static void Write(BenchOptions options, IReadOnlyList<Sample> samples)
    {
        File.WriteAllText(options.Results, JsonSerializer.Serialize(samples, Readable));
    }
}

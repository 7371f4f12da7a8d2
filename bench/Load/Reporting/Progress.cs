using System.Globalization;

namespace Latchkey.Load.Reporting;

/// <summary>Says what was measured, as it is measured.</summary>
internal static class Progress
{
    public static void Print(Sample sample) =>
        Console.WriteLine($"{sample.Round + 1} {sample.Row,-12} {sample.Peer,-14} {string.Join("  ", sample.Figures.Select(f => $"{f.Key} {f.Value.ToString("G4", CultureInfo.InvariantCulture)}"))}");
}

namespace Latchkey.Durability;

/// <summary>What one load has shown of one gateway in one round. Times in milliseconds.</summary>
/// <param name="Calls">How many.</param>
/// <param name="PerSecond">Calls a second.</param>
/// <param name="Cpu">Processor time of the gateway for a call.</param>
/// <param name="First50">To the first byte, half of the calls.</param>
/// <param name="First99">To the first byte, 99 of 100.</param>
/// <param name="Last50">To the last byte, half of the calls.</param>
/// <param name="Last99">To the last byte, 99 of 100.</param>
/// <param name="Others">Cores that programs other than the bench's have used meanwhile.</param>
internal sealed record Figures(int Calls, double PerSecond, double Cpu, double First50, double First99, double Last50, double Last99, double Others)
{
    public static Figures Of(IReadOnlyList<CallTimes> calls, TimeSpan took, TimeSpan cpu, double others)
    {
        var first = calls.Select(c => c.First.TotalMilliseconds).Order().ToList();
        var last = calls.Select(c => c.Last.TotalMilliseconds).Order().ToList();
        return new Figures(
            calls.Count, calls.Count / took.TotalSeconds, cpu.TotalMilliseconds / calls.Count, At(first, 50), At(first, 99), At(last, 50), At(last, 99), others);
    }

    private static double At(List<double> sorted, int percent) => sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)];
}

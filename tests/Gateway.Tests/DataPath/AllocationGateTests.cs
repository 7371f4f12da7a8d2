using System.Diagnostics;
using System.Text.Json;
using Latchkey.Gateway.Benchmarks.Steps;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>
/// What the steps of the data path allocate, against <c>bench/Gateway.Benchmarks/allocations.json</c>: counted to the byte on one thread, so
/// that neither the machine nor the tests beside it have a say.
/// </summary>
public class AllocationGateTests(ITestOutputHelper output)
{
    private const int Runs = 200;

    /// <summary>Part of a bound: a step below it has a bound that guards nothing.</summary>
    private const double Tight = 0.8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly Dictionary<string, long> Bounds = JsonSerializer.Deserialize<Dictionary<string, long>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "allocations.json")))!;

    public static TheoryData<string> Names => [.. Bounds.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void a_step_allocates_what_its_bound_says(string name)
    {
        var step = PathSteps.All().Single(s => s.Name == name);
        var bound = Bounds[name];

        // The compiler first makes code that allocates more, and better code when it finds the time.
        var began = Stopwatch.GetTimestamp();
        long bytes;
        do
        {
            bytes = BytesOf(step);
        }
        while ((bytes > bound || bytes < bound * Tight) && Stopwatch.GetElapsedTime(began) < Patience);

        output.WriteLine($"{bytes} bytes of {bound}");
        bytes.Should().BeLessThanOrEqualTo(bound, "a step that needs more slows every call; if it must, raise its bound in allocations.json");
        bytes.Should().BeGreaterThanOrEqualTo((long)(bound * Tight), "what was won is kept by a lower bound in allocations.json");
    }

    [Fact]
    public void every_step_has_a_bound_and_every_bound_a_step() =>
        Bounds.Keys.Should().BeEquivalentTo(PathSteps.All().Select(s => s.Name));

    /// <summary>The mean of many runs: a pool that makes a buffer anew once in a while is no news.</summary>
    private static long BytesOf(Step step)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Runs; i++)
        {
            GC.KeepAlive(step.Run());
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Runs;
    }
}

using BenchmarkDotNet.Attributes;
using Latchkey.Gateway.Benchmarks.Steps;

namespace Latchkey.Gateway.Benchmarks;

/// <summary>Time and memory of every step; the very delegates that the gate in the tests counts.</summary>
/// <remarks>In this process: one of its own would need a project of its own, generated and built beside ours.</remarks>
[InProcess]
[MemoryDiagnoser]
public class PathBenchmark
{
    private Func<object?> _run = () => null;

    /// <summary>Name of the step.</summary>
    [ParamsSource(nameof(Names))]
    public string Step { get; set; } = "";

    public static IEnumerable<string> Names => PathSteps.All().Select(s => s.Name);

    [GlobalSetup]
    public void Prepare() => _run = PathSteps.All().Single(s => s.Name == Step).Run;

    [Benchmark]
    public object? Run() => _run();
}

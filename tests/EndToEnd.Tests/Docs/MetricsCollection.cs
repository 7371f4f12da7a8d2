namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>
/// Tests that read /metrics run alone. Instruments belong to a process: a gateway of another test that ends takes those of the same name
/// out of every gateway's metrics.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MetricsCollection
{
    public const string Name = "reads metrics";
}

namespace Latchkey.Gateway.Tests.Telemetry;

/// <summary>
/// Tests that read instruments run alone: instruments belong to the process, and a gateway of another test that ends takes
/// those of the same name out of every gateway's metrics.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MetricsCollection
{
    public const string Name = "reads metrics";
}

using Latchkey.Gateway.DataPath.Authorize;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>Counters whose clock a test moves.</summary>
internal interface ICounterBench
{
    ICounters Counters { get; }

    Task AdvanceAsync(TimeSpan by);
}

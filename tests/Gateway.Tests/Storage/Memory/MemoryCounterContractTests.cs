namespace Latchkey.Gateway.Tests.Storage.Memory;

public sealed class MemoryCounterContractTests : CounterContract
{
    private protected override Task<ICounterBench> StartAsync() => Task.FromResult<ICounterBench>(new MemoryBench());
}

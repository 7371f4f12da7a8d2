using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage.Memory;

internal sealed class MemoryBench : ICounterBench
{
    private readonly FakeTimeProvider _clock = new();

    public MemoryBench() => Memory = new MemoryCounters(_clock);

    public MemoryCounters Memory { get; }

    public ICounters Counters => Memory;

    public Task AdvanceAsync(TimeSpan by)
    {
        _clock.Advance(by);
        return Task.CompletedTask;
    }
}

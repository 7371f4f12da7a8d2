using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Storage.Memory;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Storage.Memory;

// Alone: it looks at the memory of the whole process.
[CollectionDefinition(nameof(MemoryCountersSizeTests), DisableParallelization = true)]
[Collection(nameof(MemoryCountersSizeTests))]
public sealed class MemoryCountersSizeTests
{
    [Theory]
    [InlineData(1, 600)]
    [InlineData(30, 1_500)]
    public void a_device_takes_little_memory(int slices, long bytes)
    {
        const int Devices = 5_000;
        var clock = new FakeTimeProvider();
        var counters = new MemoryCounters(clock);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var slice = 0; slice < slices; slice++)
        {
            for (var device = 0; device < Devices; device++)
            {
                var entry = CounterEntry.OfWindow($"req:0f8fad5b-d9cb-469f-a165-{device:D12}", 100, 1, Claims.Minute);
                counters.Take(new CounterClaim("permit", [entry]));
            }

            clock.Advance(TimeSpan.FromSeconds(2));
        }

        var perDevice = (GC.GetTotalMemory(forceFullCollection: true) - before) / Devices;
        TestContext.Current.TestOutputHelper?.WriteLine($"{slices} slices: {perDevice} bytes a device");

        perDevice.Should().BeLessThan(bytes);
        GC.KeepAlive(counters);
    }
}

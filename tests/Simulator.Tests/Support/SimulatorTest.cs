namespace Latchkey.Simulator.Tests.Support;

/// <summary>A test with a simulator of its own.</summary>
public abstract class SimulatorTest : IAsyncLifetime
{
    protected RunningSimulator Simulator { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => Simulator = await RunningSimulator.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

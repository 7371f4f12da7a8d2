using System.Collections.Concurrent;
using Latchkey.Client.Gateway;
using Latchkey.Client.Secrets;
using Latchkey.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Client.Tests.Support;

/// <summary>One desktop with a folder of its own, a clock that the test moves, and a gateway of the simplest kind.</summary>
internal sealed class Desktop : IAsyncDisposable
{
    private readonly List<LatchkeyClient> _clients = [];

    private Desktop(ContractServer gateway, FakeTimeProvider time)
    {
        Gateway = gateway;
        Time = time;
    }

    public ContractServer Gateway { get; }

    public FakeTimeProvider Time { get; }

    public MemorySecrets Secrets { get; } = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("latchkey-desktop-").FullName;

    /// <summary>The states that clients of this desktop were in, in order.</summary>
    public ConcurrentQueue<LatchkeyState> States { get; } = new();

    public static async Task<Desktop> StartAsync()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
        return new Desktop(await ContractServer.StartAsync(time), time);
    }

    /// <summary>A process of this desktop: it shares the folder and the secrets with the others.</summary>
    public LatchkeyClient Open(Action<LatchkeyOptions>? configure = null, ISecretStore? secrets = null, ILogger? logger = null)
    {
        var options = new LatchkeyOptions { Enabled = true, BootstrapUrl = Gateway.BootstrapUrl, Folder = Folder };
        configure?.Invoke(options);
        var client = new LatchkeyClient(options, secrets ?? Secrets, GatewayConnections.Create(), Time, logger);
        client.StatusChanged += (_, status) => States.Enqueue(status.State);
        _clients.Add(client);
        return client;
    }

    /// <summary>Moves the clock on in small steps until something is so: background work gets its turn after each.</summary>
    public async Task PassTimeUntilAsync(Func<bool> isSo, TimeSpan? step = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo())
        {
            Time.Advance(step ?? TimeSpan.FromSeconds(1));
            await Task.Delay(5, patience.Token);
        }
    }

    /// <summary>Lets time go by, a little at a time, until something is done that waits for another process.</summary>
    public async Task<T> PassTimeUntilDoneAsync<T>(Task<T> work)
    {
        await PassTimeUntilAsync(() => work.IsCompleted, TimeSpan.FromMilliseconds(20));
        return await work;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Gateway.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

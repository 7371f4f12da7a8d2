using Latchkey.Gateway;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Load.Peers;

/// <summary>The process of the gateway that forgets. Here and in other benches, nowhere else: the product has no such setting.</summary>
internal static class NoLedgerProcess
{
    public static async Task<int> RunAsync(string[] args)
    {
        await using var app = GatewayHost.Create(args, builder => builder.Services.AddSingleton<IUsageLedger>(new NoLedger()));
        await app.RunAsync();
        return 0;
    }

    private sealed class NoLedger : IUsageLedger
    {
        public bool Writes => true;

        public Task AdmitAsync(UsageEntry ifCrashed) => Task.CompletedTask;

        public void Hurry()
        {
        }

        public void Checkpoint(UsageEntry ifCrashed)
        {
        }

        public Task SettleAsync(UsageEntry entry, IReadOnlyList<LedgerEvent> events) => Task.CompletedTask;

        public Task FlushAsync(CancellationToken cancellation) => Task.CompletedTask;
    }
}

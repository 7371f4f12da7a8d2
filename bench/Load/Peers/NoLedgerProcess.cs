using Latchkey.Durability;
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
}

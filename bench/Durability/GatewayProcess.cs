using Latchkey.Gateway;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Telemetry;

namespace Latchkey.Durability;

/// <summary>The whole gateway as it ships, but for its ledger where that is left out.</summary>
internal static class GatewayProcess
{
    public const string OperatorKey = "lka_durability_bench_0123456789";

    public static async Task<int> RunAsync(bool keeps, string upstream, string folder)
    {
        // Log lines are written, but nobody's time goes into reading them.
        var answers = Console.Out;
        await using var nowhere = new FileStream("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var settings = new Dictionary<string, string>
        {
            ["environment"] = "Production",
            ["Latchkey:Listener:Host"] = "127.0.0.1",
            ["Latchkey:Listener:Port"] = "0",
            ["Latchkey:Upstream:BaseUrl"] = upstream,
            ["Latchkey:Upstream:ApiKeys"] = "sk-ant-durability-bench",
            ["Latchkey:Storage:DataDirectory"] = folder,
            ["Latchkey:Operators:ApiKey"] = OperatorKey,
            ["Latchkey:Tokens:Secret"] = "durability-bench-0123456789-0123456789",
            ["Latchkey:Limits:RequestsPerWindow"] = "1000000",
            ["Latchkey:Limits:RequestsPerAddress"] = "0",
            ["Latchkey:Tokens:PerAddressPerMinute"] = "1000",
        };
        await using var app = GatewayHost.Create(
            [.. settings.SelectMany(s => new[] { "--" + s.Key, s.Value })],
            builder =>
            {
                builder.Services.AddSingleton(new LogOutput(nowhere, TimeProvider.System));
                if (!keeps)
                {
                    builder.Services.AddSingleton<IUsageLedger>(new NoLedger());
                }
            });
        await app.StartAsync();
        await Peer.ServeAsync(app.Urls.First(), answers);
        return 0;
    }
}

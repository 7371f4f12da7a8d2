using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Storage.Postgres;

internal static class PostgresRoom
{
    private const string GatewayIdName = "gateway.id";

    /// <summary>The store that gateways share, fed from this one's journal. Starts, and serves, whether or not PostgreSQL is there.</summary>
    /// <exception cref="FormatException"><c>DATABASE_URL</c> can't be read.</exception>
    public static void AddPostgres(this IServiceCollection services, string databaseUrl, DataFolder folder)
    {
        var options = PostgresUrl.Parse(databaseUrl);
        var gatewayId = GatewayId(folder);
        services.TryAddSingleton<ShippingTiming>();
        services.TryAddSingleton<ShippingState>();
        services.TryAddSingleton<ShippingMetrics>();
        services.TryAddSingleton(_ => new PostgresStore(options));
        services.TryAddSingleton(_ => new PostgresShipmentWriter(gatewayId));
        services.TryAddSingleton<SqliteShipments>();
        services.TryAddSingleton<SqliteOwnership>();
        services.TryAddSingleton<IOwnership, PostgresOwnership>();
        services.TryAddSingleton<IUsageDatabase, PostgresUsageDatabase>();
        services.TryAddSingleton<ISpendHistory>(s => ActivatorUtilities.CreateInstance<PostgresSpendHistory>(s, gatewayId));
        services.AddHostedService(s => ActivatorUtilities.CreateInstance<SpendOfOthers>(s, gatewayId));
        services.TryAddSingleton<Shipper>();
        services.AddHostedService(s =>
        {
            // Nobody else asks for the instruments: they read what the shipper knows.
            s.GetRequiredService<ShippingMetrics>();
            return s.GetRequiredService<Shipper>();
        });
        services.AddHostedService<JournalUpkeep>();
    }

    /// <summary>Tells this gateway's rows from the others' for as long as its data folder lives.</summary>
    private static string GatewayId(DataFolder folder)
    {
        if (folder.ReadText(GatewayIdName) is { Length: > 0 } known)
        {
            return known;
        }

        var fresh = Guid.NewGuid().ToString("N");
        folder.WriteSecret(GatewayIdName, fresh);
        return fresh;
    }
}

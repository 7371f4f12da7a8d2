using Latchkey.Gateway.Admin.Budgets;
using Latchkey.Gateway.Admin.Events;
using Latchkey.Gateway.Admin.Prices;
using Latchkey.Gateway.Admin.Reconcile;
using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Authorize.Budgets;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;
using Latchkey.Gateway.Storage.Memory;
using Latchkey.Gateway.Storage.Postgres;
using Latchkey.Gateway.Storage.Redis;
using Latchkey.Gateway.Storage.Sqlite;
using Latchkey.Gateway.Storage.Usage;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Gateway.Tokens.Revocation;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Storage;

/// <summary>The room Storage: implements the ports of the other rooms.</summary>
internal static class StorageRoom
{
    private const string DatabaseName = "latchkey.db";

    public static void AddStorage(this IServiceCollection services, DataFolder folder, string? redisUrl, string? databaseUrl)
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<StorageOptions>, StorageOptionsValidator>();
        var file = SqliteFile.Open(folder.PathOf(DatabaseName));
        services.TryAddSingleton(file);
        services.TryAddSingleton(new JournalFolder(folder.Path));
        services.TryAddSingleton<JournaledLedger>();
        services.TryAddSingleton<IUsageLedger>(s => s.GetRequiredService<JournaledLedger>());
        services.TryAddSingleton(s => s.GetRequiredService<JournaledLedger>().Importer);
        services.AddHostedService(s => s.GetRequiredService<JournaledLedger>());
        services.TryAddSingleton<Writing>();
        services.TryAddSingleton<IUsageReports, UsageReports>();
        services.TryAddSingleton<IEventFeed, EventFeed>();
        services.TryAddSingleton<IRatedRows, RatedRows>();
        services.TryAddSingleton<ILedgerDays, LedgerDays>();
        services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddHostedService<Retention>();
        services.TryAddSingleton<SqliteSpendHistory>();
        services.TryAddSingleton<IBudgetStore, SqliteBudgetStore>();
        services.TryAddSingleton<IDeviceStore, SqliteDeviceStore>();
        services.TryAddSingleton<IRevocationStore, SqliteRevocationStore>();
        try
        {
            if (string.IsNullOrEmpty(databaseUrl))
            {
                services.TryAddSingleton<IUsageDatabase, SqliteUsageDatabase>();
                services.TryAddSingleton<IOwnership, SqliteOwnership>();
                services.TryAddSingleton<ISpendHistory>(s => s.GetRequiredService<SqliteSpendHistory>());
            }
            else
            {
                services.AddPostgres(databaseUrl, folder);
            }

            SqliteShipments.Prepare(file, ship: !string.IsNullOrEmpty(databaseUrl));
            if (string.IsNullOrEmpty(redisUrl))
            {
                services.AddMemoryCounters();
            }
            else
            {
                services.AddSharedCounters(redisUrl);
            }
        }
        catch (FormatException e)
        {
            throw new SettingException(e.Message);
        }
    }

    /// <summary>What operators should know about the ledger and the shared store as long as it holds, or null.</summary>
    public static string? WarningOf(IServiceProvider services)
    {
        var (ledger, shipping) = (services.GetRequiredService<JournaledLedger>().Warning, services.GetService<ShippingState>()?.Warning);
        return ledger is null || shipping is null ? ledger ?? shipping : $"{ledger} {shipping}";
    }
}

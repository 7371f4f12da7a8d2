using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Authorize;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Latchkey.Gateway.Prices;

/// <summary>The room Prices: an operator's own prices, read at the start and again whenever they change.</summary>
internal static class PricesRoom
{
    /// <exception cref="SettingException">A file that is set isn't good.</exception>
    public static void AddPrices(this IServiceCollection services, PricesOptions options)
    {
        var files = new PriceFiles(options);
        var contents = files.Read();
        if (!PriceReading.TryRead(contents, out var book, out var problem))
        {
            throw new SettingException(problem);
        }

        services.TryAddSingleton(options);
        services.TryAddSingleton(files);
        services.TryAddSingleton(contents);
        services.TryAddSingleton(new PriceBooks(book));
        services.TryAddSingleton<PricesMetrics>();
        services.TryAddSingleton<PriceReload>();
        services.AddHostedService<PriceWatch>();
    }
}

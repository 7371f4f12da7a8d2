using System.Globalization;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary>Which rows of the ledger are asked for; null means all.</summary>
/// <param name="DeviceId">Device that called.</param>
/// <param name="Model">Model, as asked for or as answered.</param>
/// <param name="From">First instant.</param>
/// <param name="To">First instant that is too late.</param>
internal sealed record UsageFilter(string? DeviceId, string? Model, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>From a query, or what is wrong with it. A device sees its own rows, whatever it asks for.</summary>
    public static (UsageFilter? Filter, string? Problem) Read(IQueryCollection query, string? onlyDevice)
    {
        foreach (var (name, values) in query)
        {
            if (name is not ("device_id" or "model" or "from" or "to") || values.Count != 1)
            {
                return (null, "Filters are device_id, model, from and to, each once.");
            }
        }

        if (!TryInstant(query["from"], out var from) || !TryInstant(query["to"], out var to))
        {
            return (null, "from and to are instants in ISO 8601, such as 2026-11-22T00:00:00Z.");
        }

        return (new UsageFilter(onlyDevice ?? One(query["device_id"]), One(query["model"]), from, to), null);
    }

    private static string? One(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static bool TryInstant(string? text, out DateTimeOffset? instant)
    {
        instant = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
        {
            return false;
        }

        instant = parsed;
        return true;
    }
}

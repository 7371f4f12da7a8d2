using System.Diagnostics.Metrics;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Prices;

/// <summary>Counts reloads by result.</summary>
internal sealed class PricesMetrics : IDisposable
{
    public const string Applied = "applied";
    public const string Refused = "refused";
    public const string Unchanged = "unchanged";

    private readonly Meter _meter;
    private readonly Counter<long> _reloads;

    public PricesMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(ExchangeMetrics.MeterName);
        _reloads = _meter.CreateCounter<long>("latchkey.prices.reload", "{reload}", "Price files that changed, by what came of it.");
    }

    /// <summary>The results are there before the first reload, so that an alert sees the first one as an increase.</summary>
    public void Begin()
    {
        foreach (var result in new[] { Applied, Refused, Unchanged })
        {
            _reloads.Add(0, new KeyValuePair<string, object?>("result", result));
        }
    }

    public void Reloaded(string result) => _reloads.Add(1, new KeyValuePair<string, object?>("result", result));

    public void Dispose() => _meter.Dispose();
}

using System.Diagnostics.Metrics;
using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>What is on its way to PostgreSQL, beside the data path's instruments.</summary>
internal sealed class ShippingMetrics : IDisposable
{
    private readonly Meter _meter;

    public ShippingMetrics(IMeterFactory meters, ShippingState state)
    {
        _meter = meters.Create(ExchangeMetrics.MeterName);
        _meter.CreateObservableGauge("latchkey.shipping.waiting", () => state.Backlog.Count, "{row}", "Rows that wait in the journal for PostgreSQL.");
        _meter.CreateObservableGauge("latchkey.shipping.oldest.age", () => state.OldestAge.TotalSeconds, "s", "How long the oldest of them has waited.");
        _meter.CreateObservableCounter("latchkey.shipping.rows", () => state.Shipped, "{row}", "Rows that PostgreSQL has got.");
    }

    public void Dispose() => _meter.Dispose();
}

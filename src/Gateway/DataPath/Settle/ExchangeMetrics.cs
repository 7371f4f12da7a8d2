using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Latchkey.Gateway.DataPath.Settle;

/// <summary>
/// The data path's instruments, named after OpenTelemetry's conventions. No label names a device: their number would grow
/// without bound, and metrics reach more eyes than the ledger.
/// </summary>
internal sealed class ExchangeMetrics : IDisposable
{
    public const string MeterName = "Latchkey.Gateway";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstByte;
    private readonly Counter<long> _tokens;
    private readonly Counter<long> _refusals;
    private readonly UpDownCounter<long> _open;

    public ExchangeMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _duration = _meter.CreateHistogram("latchkey.exchange.duration", "s", "Time from a request's head to the end of its answer.", advice: Seconds);
        _firstByte = _meter.CreateHistogram("latchkey.exchange.time_to_first_byte", "s", "Time from a request's head to the first byte of its answer.", advice: Seconds);
        _tokens = _meter.CreateCounter<long>("latchkey.tokens", "{token}", "Tokens used, by kind and model.");
        _refusals = _meter.CreateCounter<long>("latchkey.refusals", "{request}", "Requests that the gateway answered itself, by status and error type.");
        _open = _meter.CreateUpDownCounter<long>("latchkey.exchange.open", "{exchange}", "Exchanges under way.");
    }

    /// <summary>An exchange begins.</summary>
    public void Opened() => _open.Add(1);

    /// <summary>An exchange is over, let in or not.</summary>
    public void Closed() => _open.Add(-1);

    public void Refused(int status, string type) =>
        _refusals.Add(1, new("http.response.status_code", status), new("error.type", type));

    public void Record(UsageEntry entry)
    {
        TagList tags = [new("route", entry.Route), new("ending", entry.Ending), new("http.response.status_code", entry.Status)];
        _duration.Record(entry.Latency.TotalSeconds, tags);
        if (entry.FirstByteAfter is { } firstByte)
        {
            _firstByte.Record(firstByte.TotalSeconds, new KeyValuePair<string, object?>("route", entry.Route));
        }

        // The answered model is Anthropic's word, so that clients can't invent labels.
        if (entry.ModelAnswered is { } model)
        {
            Count(entry.Usage.InputTokens, "input", model);
            Count(entry.Usage.OutputTokens, "output", model);
            Count(entry.Usage.CacheCreationInputTokens, "cache_creation", model);
            Count(entry.Usage.CacheReadInputTokens, "cache_read", model);
        }
    }

    public void Dispose() => _meter.Dispose();

    private void Count(long tokens, string kind, string model)
    {
        if (tokens > 0)
        {
            _tokens.Add(tokens, new("kind", kind), new("model", model));
        }
    }
}

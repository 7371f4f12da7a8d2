using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>Makes lines as the gateway's provider does, and leaves the writing out, which is another thread's.</summary>
internal sealed class LineLogger(TimeProvider time) : ILogger
{
    private readonly JsonLine _line = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _line.Of(time.GetUtcNow(), logLevel, typeof(SettleStage).FullName!, eventId, state, formatter(state, exception), exception);
}

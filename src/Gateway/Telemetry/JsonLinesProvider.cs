namespace Latchkey.Gateway.Telemetry;

/// <summary>Logs as JSON lines.</summary>
[ProviderAlias("JsonLines")]
internal sealed class JsonLinesProvider(LogOutput output, TimeProvider time) : ILoggerProvider
{
    [ThreadStatic]
    private static JsonLine? _line;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, output, time);

    public void Dispose()
    {
        // The output is the container's.
    }

    private sealed class Logger(string category, LogOutput output, TimeProvider time) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Text first: what is logged may log while it is made text.
            var message = formatter(state, exception);
            output.Add((_line ??= new JsonLine()).Of(time.GetUtcNow(), logLevel, category, eventId, state, message, exception));
        }
    }
}

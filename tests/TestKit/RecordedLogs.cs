using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Latchkey.TestKit;

/// <summary>Keeps every log line, with its exception, in memory.</summary>
public sealed class RecordedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<RecordedLine> _lines = new();

    public IReadOnlyCollection<RecordedLine> Lines => _lines;

    /// <summary>All of it as one text, to search for what must not be there.</summary>
    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Recorder(string category, ConcurrentQueue<RecordedLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // The parameters too: a JSON console prints them beside the message.
            var parameters = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(' ', pairs.Select(p => $"{p.Key}={p.Value}")) : "";
            lines.Enqueue(new RecordedLine(logLevel, category, eventId.Id, formatter(state, exception), parameters, exception?.ToString()));
        }
    }
}

/// <summary>One line of a log.</summary>
public sealed record RecordedLine(LogLevel Level, string Category, int EventId, string Message, string Parameters, string? Exception);

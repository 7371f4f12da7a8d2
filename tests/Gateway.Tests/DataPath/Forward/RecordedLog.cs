using Microsoft.Extensions.Logging;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

internal sealed class RecordedLog<T> : ILogger<T>
{
    private readonly List<(int Id, string Text)> _messages = [];

    public IReadOnlyList<(int Id, string Text)> Messages => _messages;

    public IEnumerable<int> Ids => _messages.Select(m => m.Id);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _messages.Add((eventId.Id, formatter(state, exception)));
}

using System.Text.Json;
using Latchkey.Gateway.DataPath;
using Latchkey.Gateway.Telemetry;
using Latchkey.Gateway.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tests.Telemetry;

public class JsonLogTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("a\r\n{\"Timestamp\":\"forged\"}")]
    [InlineData("a\nb\rc\u0085d\u2028e\u2029f")]
    [InlineData("\u001b[31mred\u001b[0m\u0007")]
    [InlineData("quote\" back\\ brace} null\0")]
    [InlineData("half \ud800 a character")]
    [InlineData("right-to-left \u202e override")]
    [InlineData("{RequestId} {0} {{")]
    public void a_line_is_one_json_object_whatever_is_in_it(string hostile)
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.AddGatewayLogging()).BuildServiceProvider();
        var formatter = services.GetServices<ConsoleFormatter>().Single(f => f.Name == ConsoleFormatterNames.Json);
        using var output = new StringWriter();
        var log = new FormattingLogger(formatter, output);

        log.Bootstrapped(hostile, hostile);
        log.Refused(hostile, hostile, 400, hostile, hostile);
        log.Failed(new InvalidOperationException(hostile), hostile);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(3);
        foreach (var line in lines)
        {
            line.Should().NotContainAny("\r", "\u001b", "\u0007", "\0", "\u2028", "\u2029", "\u0085");
            var parsed = JsonDocument.Parse(line).RootElement;
            parsed.GetProperty("Timestamp").GetString().Should().EndWith("Z");
            parsed.GetProperty("EventId").GetInt32().Should().BePositive();
        }
    }

    [Fact]
    public void json_is_what_the_gateway_logs()
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.AddGatewayLogging()).BuildServiceProvider();

        services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName.Should().Be(ConsoleFormatterNames.Json);
    }

    private sealed class FormattingLogger(ConsoleFormatter formatter, TextWriter output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> text) =>
            formatter.Write(new LogEntry<TState>(logLevel, "test", eventId, state, exception, text), null, output);
    }
}

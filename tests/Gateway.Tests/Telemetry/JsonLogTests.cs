using System.Text;
using System.Text.Json;
using Latchkey.Gateway.DataPath;
using Latchkey.Gateway.Telemetry;
using Latchkey.Gateway.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
        var output = new MemoryStream();
        using (var services = Services(output))
        {
            var log = services.GetRequiredService<ILogger<JsonLogTests>>();
            log.Bootstrapped(hostile, hostile);
            log.Refused(hostile, hostile, 400, hostile, hostile);
            log.Failed(new InvalidOperationException(hostile), hostile);
        }

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(3);
        foreach (var line in lines)
        {
            line.Should().NotContainAny("\r", "\u001b", "\u0007", "\0", "\u2028", "\u2029", "\u0085");
            var parsed = JsonDocument.Parse(line).RootElement;
            parsed.GetProperty("Timestamp").GetString().Should().EndWith("Z");
            parsed.GetProperty("EventId").GetInt32().Should().BePositive();
            parsed.GetProperty("State").EnumerateObject().Should().NotBeEmpty();
        }
    }

    [Fact]
    public void what_a_reader_is_too_slow_for_is_left_out_and_told()
    {
        var output = new SlowReader();
        var line = new byte[LogOutput.Room / 4];
        using (var log = new LogOutput(output, TimeProvider.System))
        {
            log.Add("first\n"u8);
            output.Waits.Wait();
            for (var i = 0; i < 7; i++)
            {
                log.Add(line);
            }

            output.Goes.Set();
        }

        output.Taken.Count(b => b == 0).Should().Be(LogOutput.Room);
        Encoding.UTF8.GetString([.. output.Taken.Where(b => b != 0)]).Should().StartWith("first\n").And.Contain("\"EventId\":8801").And.Contain("3 log lines were left out");
    }

    [Fact]
    public void a_reader_that_is_gone_ends_nothing()
    {
        var output = new SlowReader { Gone = true };
        output.Goes.Set();
        using var log = new LogOutput(output, TimeProvider.System);

        log.Add("first\n"u8);
        output.Waits.Wait();

        log.Invoking(l => l.Add("second\n"u8)).Should().NotThrow();
    }

    private static ServiceProvider Services(Stream output) => new ServiceCollection()
        .AddSingleton(services => new LogOutput(output, TimeProvider.System))
        .AddLogging(logging => logging.AddGatewayLogging())
        .BuildServiceProvider();

    private sealed class SlowReader : MemoryStream
    {
        public ManualResetEventSlim Waits { get; } = new();

        public ManualResetEventSlim Goes { get; } = new();

        public bool Gone { get; init; }

        public byte[] Taken => ToArray();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Waits.Set();
            Goes.Wait();
            if (Gone)
            {
                throw new IOException("Broken pipe");
            }

            base.Write(buffer);
        }
    }
}

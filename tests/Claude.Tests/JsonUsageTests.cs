using System.Text;

namespace Latchkey.Claude.Tests;

public class JsonUsageTests
{
    private const string Message =
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5-5","content":[{"type":"text","text":"\"usage\":{\"input_tokens\":9} ]}"}],"stop_reason":"end_turn","usage":{"input_tokens":30,"output_tokens":21,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":2},"server_tool_use":{"web_search_requests":1},"service_tier":"batch"}}""";

    [Fact]
    public void a_message_gives_its_usage()
    {
        var reading = Read(Message);

        reading.Should().Be(new UsageReading
        {
            MessageId = "msg_1",
            Model = "claude-opus-5-5",
            StopReason = "end_turn",
            Usage = new Usage
            {
                InputTokens = 30,
                OutputTokens = 21,
                CacheCreationInputTokens = 5,
                CacheCreation5mInputTokens = 3,
                CacheCreation1hInputTokens = 2,
                WebSearchRequests = 1,
                ServiceTier = "batch",
            },
            Complete = true,
            UsageSeen = true,
            OutputIsFinal = true,
            DeliveredContentBytes = Message.Length,
        });
    }

    [Fact]
    public void a_cut_at_any_byte_changes_nothing()
    {
        var bytes = Encoding.UTF8.GetBytes(Message);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Read(bytes, [cut, bytes.Length]).Should().Be(Read(Message));
        }
        Read(bytes, [1]).Should().Be(Read(Message));
    }

    [Fact]
    public void a_body_cut_off_gives_what_had_come()
    {
        var reading = Read(Message[..Message.IndexOf(",\"stop_reason\"", StringComparison.Ordinal)]);

        reading.Model.Should().Be("claude-opus-5-5");
        reading.Complete.Should().BeFalse();
        reading.UsageSeen.Should().BeFalse();
        reading.OutputIsFinal.Should().BeFalse();
    }

    [Fact]
    public void only_keys_of_the_outermost_object_count()
    {
        var reading = Read("""{"a":{"usage":{"input_tokens":1},"model":"x"},"b":[{"model":"y"},{"usage":{"input_tokens":2}}],"c":"usage","model":"z"}""");

        reading.Model.Should().Be("z");
        reading.UsageSeen.Should().BeFalse();
    }

    [Fact]
    public void keys_may_be_written_with_escapes_and_blanks_stand_anywhere() =>
        Read(" \r\n{ \"us\\u0061ge\" :\t{ \"input_tokens\" : 3 } , \"model\"\n:\n\"m\" } ").Should()
            .Match<UsageReading>(r => r.Usage.InputTokens == 3 && r.Model == "m" && r.Complete);

    [Fact]
    public void a_byte_order_mark_is_passed_over() => Read("\uFEFF{\"model\":\"m\"}").Model.Should().Be("m");

    [Theory]
    [InlineData("""[{"model":"m"}]""")]
    [InlineData("""<html>{"model":"m"}</html>""")]
    [InlineData("\"x\" {\"model\":\"m\"}")]
    [InlineData("null")]
    [InlineData("")]
    public void what_is_no_object_says_nothing(string body) => Read(body).Model.Should().BeNull();

    [Fact]
    public void what_follows_the_document_is_not_read() => Read("""{"model":"m"},"model":"n"}{"model":"o"}""").Model.Should().Be("m");

    [Theory]
    [InlineData("""{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"ramp_limit_exceeded"}},"request_id":"r"}""", "rate_limit_error", "ramp_limit_exceeded")]
    [InlineData("""{"error":{"type":"overloaded_error"}}""", "overloaded_error", null)]
    [InlineData("""{"type":"error"}""", ClaudeErrors.Unreadable, null)]
    [InlineData("""{"error":"boom"}""", ClaudeErrors.Unreadable, null)]
    [InlineData("""{"error":null}""", null, null)]
    public void an_error_body_gives_its_type_and_code(string body, string? type, string? code)
    {
        Read(body).ErrorType.Should().Be(type);
        Read(body).ErrorCode.Should().Be(code);
    }

    [Fact]
    public void a_counted_prompt_is_not_usage()
    {
        var reading = Read("""{"input_tokens":2095}""");

        reading.CountedInputTokens.Should().Be(2095);
        reading.UsageSeen.Should().BeFalse();
        reading.Usage.Should().BeSameAs(Usage.None);
    }

    [Theory]
    [InlineData("""{"content":[],"stop_reason":"refusal","usage":{"input_tokens":9,"output_tokens":1}}""", true)]
    [InlineData("""{"content": [ ] ,"stop_reason":"refusal"}""", true)]
    [InlineData("""{"content":[{"type":"text","text":"Hello.."}],"stop_reason":"refusal"}""", false)]
    [InlineData("""{"content":[{"type":"text","text":"Hello.. Hello.. Hello.. Hello.. Hello.. Hello.. Hello.. Hello.. "}],"stop_reason":"refusal"}""", false)]
    [InlineData("""{"content":[],"stop_reason":"end_turn"}""", false)]
    [InlineData("""{"stop_reason":"refusal"}""", false)]
    public void a_refusal_without_content_is_flagged(string body, bool flagged)
    {
        Read(body).RefusedWithoutOutput.Should().Be(flagged);
        Read(body).Skipped.Should().Be(0);
    }

    [Fact]
    public void a_value_beyond_64_KiB_is_dropped_and_counted()
    {
        var reading = Read("{\"model\":\"m\",\"usage\":{\"input_tokens\":1,\"x\":\"" + new string('x', 64 * 1024) + "\"},\"error\":\"" + new string('x', 64 * 1024) + "\",\"id\":\"i\"}");

        reading.UsageSeen.Should().BeFalse();
        reading.Model.Should().Be("m");
        reading.MessageId.Should().Be("i");
        reading.ErrorType.Should().Be(ClaudeErrors.Unreadable);
        reading.Skipped.Should().Be(2);
    }

    [Fact]
    public void broken_values_are_counted_and_the_rest_is_read()
    {
        var reading = Read("""{"usage":{"input_tokens":},"model":"m"}""");

        reading.Skipped.Should().Be(1);
        reading.Model.Should().Be("m");
    }

    [Fact]
    public void nesting_without_end_is_passed_over()
    {
        var reading = Read("{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + ",\"model\":\"m\",\"usage\":" + new string('[', 10_000) + new string(']', 10_000) + "}");

        reading.Model.Should().Be("m");
        reading.Complete.Should().BeTrue();
        reading.Skipped.Should().Be(1);
    }

    internal static UsageReading Read(byte[] bytes, int[] lengths)
    {
        var reader = new JsonUsageReader();
        Sse.Push(bytes, lengths, piece => reader.Read(piece));
        return reader.Complete();
    }

    private static UsageReading Read(string body) => Read(Encoding.UTF8.GetBytes(body), [int.MaxValue]);
}

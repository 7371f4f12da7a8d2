using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Latchkey.Claude.Tests;

public class ClaudeErrorsTests
{
    [Fact]
    public void an_error_has_anthropic_s_exact_shape() =>
        Written(o => ClaudeErrors.Write(o, ClaudeErrors.Billing, "Budget `team` is \"used up\"", "req_1", "enforced_spend_limit_reached")).Should().Be(
            """{"type":"error","error":{"type":"billing_error","message":"Budget `team` is \"used up\"","details":{"error_code":"enforced_spend_limit_reached"}},"request_id":"req_1"}""");

    [Fact]
    public void details_and_request_id_are_left_out_when_there_are_none() =>
        Written(o => ClaudeErrors.Write(o, ClaudeErrors.Api, "m")).Should().Be("""{"type":"error","error":{"type":"api_error","message":"m"}}""");

    [Theory]
    [InlineData("line\nline\r\n\r\nevent: x")]
    [InlineData("half a pair: \ud800")]
    [InlineData("\u2028 \u0000 \u007f 😀")]
    public void any_message_stays_one_event(string message)
    {
        var frame = Written(o => ClaudeErrors.WriteEvent(o, ClaudeErrors.PolicyBlocked, message, "req_1"));

        frame.Should().StartWith("event: error\ndata: {").And.EndWith("}\n\n");
        frame.Split('\n').Should().HaveCount(4);
        frame.Should().NotContain("\r");
        using var json = JsonDocument.Parse(frame.Split('\n')[1]["data: ".Length..]);
        json.RootElement.GetProperty("error").GetProperty("message").GetString().Should().Be(message.Replace('\ud800', '\ufffd'));

        var reader = new StreamUsageReader();
        reader.Read(Encoding.UTF8.GetBytes(frame));
        reader.Complete().ErrorType.Should().Be(ClaudeErrors.PolicyBlocked);
    }

    [Theory]
    [InlineData(400, ClaudeErrors.InvalidRequest)]
    [InlineData(401, ClaudeErrors.Authentication)]
    [InlineData(402, ClaudeErrors.Billing)]
    [InlineData(403, ClaudeErrors.Permission)]
    [InlineData(404, ClaudeErrors.NotFound)]
    [InlineData(409, ClaudeErrors.Conflict)]
    [InlineData(413, ClaudeErrors.RequestTooLarge)]
    [InlineData(429, ClaudeErrors.RateLimit)]
    [InlineData(500, ClaudeErrors.Api)]
    [InlineData(501, ClaudeErrors.NotSupported)]
    [InlineData(504, ClaudeErrors.Timeout)]
    [InlineData(529, ClaudeErrors.Overloaded)]
    public void status_and_type_belong_together(int status, string type)
    {
        ClaudeErrors.TypeOf(status).Should().Be(type);
        ClaudeErrors.StatusOf(type).Should().Be(status);
    }

    [Theory]
    [InlineData(405, ClaudeErrors.InvalidRequest)]
    [InlineData(422, ClaudeErrors.InvalidRequest)]
    [InlineData(408, ClaudeErrors.Timeout)]
    [InlineData(502, ClaudeErrors.Api)]
    [InlineData(503, ClaudeErrors.Api)]
    public void other_statuses_get_the_general_type(int status, string type) => ClaudeErrors.TypeOf(status).Should().Be(type);

    [Fact]
    public void a_policy_block_is_a_400_and_an_unknown_type_a_500()
    {
        ClaudeErrors.StatusOf(ClaudeErrors.PolicyBlocked).Should().Be(400);
        ClaudeErrors.StatusOf("memory_error").Should().Be(500);
    }

    [Theory]
    [InlineData("""{"type":"error","error":{"details":{"x":{},"error_code":"c"},"message":"m","type":"rate_limit_error"}}""", "rate_limit_error", "c")]
    [InlineData("""{"error":{"type":"memory_not_found_error","details":"none"}}""", "memory_not_found_error", null)]
    public void the_type_of_a_body_is_read(string body, string type, string? code)
    {
        ClaudeErrors.TryReadType(Encoding.UTF8.GetBytes(body), out var found, out var foundCode).Should().BeTrue();
        found.Should().Be(type);
        foundCode.Should().Be(code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"error":"x"}""")]
    [InlineData("""{"error":{"type":"api_error"}""")]
    public void a_body_without_a_type_is_no_error_of_claude_s(string body) =>
        ClaudeErrors.TryReadType(Encoding.UTF8.GetBytes(body), out _, out _).Should().BeFalse();

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

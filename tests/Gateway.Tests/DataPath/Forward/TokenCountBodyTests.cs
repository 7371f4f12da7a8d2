using System.Text;
using Latchkey.Gateway.DataPath.Forward;

namespace Latchkey.Gateway.Tests.DataPath.Forward;

public class TokenCountBodyTests
{
    [Theory]
    [InlineData("""{"model":"m","max_tokens":5,"messages":[]}""", """{"model":"m","messages":[]}""")]
    [InlineData(
        """{ "messages" : [ {"role":"user", "content":"ä 漢 \u00e9"} ] , "stream":true, "model":"m", "metadata":{"messages":[1]} }""",
        """{"messages" : [ {"role":"user", "content":"ä 漢 \u00e9"} ],"model":"m"}""")]
    [InlineData("""{"mod\u0065l":"m","messages":[1e2,-0.50]}""", """{"mod\u0065l":"m","messages":[1e2,-0.50]}""")]
    [InlineData(
        """{"mcp_servers":[],"compaction":{},"context_management":null,"output_format":1,"output_config":2,"thinking":3,"tool_choice":4,"tools":5,"system":"s","messages":[],"model":"m"}""",
        """{"mcp_servers":[],"compaction":{},"context_management":null,"output_format":1,"output_config":2,"thinking":3,"tool_choice":4,"tools":5,"system":"s","messages":[],"model":"m"}""")]
    [InlineData(
        """{"model":"m","messages":[],"temperature":1,"top_p":1,"stop_sequences":["model"],"speed":"fast","fallbacks":"default","service_tier":"auto","container":null,"what_comes_next":{"model":2}}""",
        """{"model":"m","messages":[]}""")]
    public void the_members_that_make_the_prompt_are_taken_as_they_are(string message, string expected) =>
        Of(message).Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"model":"m"}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"model":"m","messages":[]""")]
    [InlineData("""{"model":"m","messages":[}""")]
    [InlineData("""{"model":"m","messages":[],"container":"container_1"}""")]
    [InlineData("""{"model":"m","messages":[],"thread":{"previous_message_id":"msg_1"}}""")]
    public void what_is_no_message_or_cannot_be_counted_as_it_is_has_no_body(string message) =>
        Of(message).Should().BeNull();

    private static string? Of(string message) =>
        TokenCountBody.Of(Encoding.UTF8.GetBytes(message)) is { } body ? Encoding.UTF8.GetString(body.Span) : null;
}

namespace Latchkey.Gateway.Tests.DataPath.Accept;

public class TenantIdsTests
{
    [Theory]
    [InlineData("\"container\":\"c1\"", "Container:c1")]
    [InlineData("\"container\":{\"id\":\"c1\",\"skills\":[{\"id\":\"s\"}]}", "Container:c1")]
    [InlineData("\"container\":{\"id\":\"c1\",\"id\":\"c2\"}", "Container:c1 Container:c2")]
    [InlineData("\"container\":{\"Id\":\"c1\"}", "Container:c1")]
    [InlineData("\"thread\":{\"previous_message_id\":\"msg_1\"}", "ThreadMessage:msg_1")]
    [InlineData("\"diagnostics\":{\"previous_message_id\":\"msg_1\"}", "DiagnosticsMessage:msg_1")]
    [InlineData("\"fallback_credit_token\":\"t\"", "FallbackCredit:t")]
    [InlineData("\"fallback_credit_token\":5", "FallbackCredit:")]
    [InlineData("\"billing_policy\":\"bp_1\"", "BillingPolicy:bp_1")]
    [InlineData("\"billing_policy\":{\"payer\":\"org\"}", "BillingPolicy:")]
    [InlineData("\"messages\":[{\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"file\",\"file_id\":\"f1\"}}]}]", "File:f1")]
    [InlineData("\"messages\":[{\"content\":[{\"type\":\"container_upload\",\"file_id\":\"f1\"},{\"file_id\":\"f2\"},{\"file_id\":\"f1\"}]}]", "File:f1 File:f2")]
    [InlineData("\"system\":[{\"File_ID\":\"f1\"}]", "File:f1")]
    [InlineData("\"system\":[{\"file_\\u0069d\":\"f\\u0031\"}]", "File:f1")]
    [InlineData("\"file_id\":\"f1\"", "File:f1")]
    public void what_could_reach_another_tenant_is_found(string fields, string ids) =>
        string.Join(' ', Bodies.Peeked(Bodies.With(fields)).TenantIds.Select(id => $"{id.Kind}:{id.Value}")).Should().Be(ids);

    [Theory]
    [InlineData("\"container\":null")]
    [InlineData("\"container\":{\"id\":null,\"skills\":[]}")]
    [InlineData("\"thread\":{\"previous_message_id\":null}")]
    [InlineData("\"thread\":null")]
    [InlineData("\"billing_policy\":null")]
    [InlineData("\"metadata\":{\"previous_message_id\":\"m\",\"id\":\"x\"}")]
    [InlineData("\"messages\":[{\"content\":[{\"type\":\"tool_use\",\"input\":{\"file_id\":\"f1\"}}]}]")]
    [InlineData("\"tools\":[{\"input_schema\":{\"properties\":{\"file_id\":\"f1\"}}}]")]
    public void what_could_not_is_left_alone(string fields) => Bodies.Peeked(Bodies.With(fields)).TenantIds.Should().BeEmpty();

    [Fact]
    public void ids_are_bounded()
    {
        Bodies.Refusal(Bodies.With($"\"container\":\"{new string('c', 513)}\"")).Should().Be("container: is longer than 512 characters");
        Bodies.Refusal(Bodies.With($"\"messages\":[{string.Join(',', Enumerable.Repeat("{\"file_id\":\"f\"}", 1001))}]"))
            .Should().Be("file_id: more than 1000 ids in one message");
    }

    [Fact]
    public void half_a_surrogate_pair_in_an_id_is_refused() =>
        Bodies.Refusal(Bodies.With("\"container\":\"\\ud800\"")).Should().Be("body: a key or an id holds half a surrogate pair");
}

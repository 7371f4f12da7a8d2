using System.Net;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath.Authorize;

/// <summary>Devices share the upstream's key and workspace, and must not reach each other's things through it.</summary>
public class OwnershipTests(SharedWorld world) : IClassFixture<SharedWorld>
{
    private const string Batch = """
        {"requests":[{"custom_id":"a","params":{"model":"claude-sonnet-5-5","max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}}]}
        """;

    [Theory]
    [InlineData("")]
    [InlineData("encoding=gzip")]
    [InlineData("chunking=byte")]
    public async Task a_batch_belongs_to_the_device_that_made_it(string simulate)
    {
        if (simulate.Length > 0)
        {
            world.Gateway.Scenarios.Set(simulate, times: 1, path: "/v1/messages/batches");
        }

        var other = await world.Gateway.TokenAsync("another-device-0001");
        var created = await world.Gateway.SendAsync(TestGateway.Call(world.Token, "/v1/messages/batches", Batch));
        created.Status.Should().Be(HttpStatusCode.OK, created.Text);
        var made = world.Gateway.Tally.Rows().Last(r => r.Request.PathAndQuery == "/v1/messages/batches");
        created.Sha256.Should().Be(made.ResponseSha256);
        var id = await IdOfAsync(created);

        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/results"), ("POST", "/cancel"), ("DELETE", "") })
        {
            var refused = await world.Gateway.SendAsync(TestGateway.Call(other, $"/v1/messages/batches/{id}{path}", method: new HttpMethod(method)));
            refused.Status.Should().Be(HttpStatusCode.BadRequest);
            refused.Text.Should().Contain("policy_blocked");
        }

        (await world.Gateway.SendAsync(TestGateway.Call(world.Token, $"/v1/messages/batches/{id}"))).Status.Should().Be(HttpStatusCode.OK);
        var results = await world.Gateway.SendAsync(TestGateway.Call(world.Token, $"/v1/messages/batches/{id}/results"));
        results.Status.Should().Be(HttpStatusCode.OK);
        results.Text.Should().Contain("\"custom_id\":\"a\"");
        results.BrokeOff.Should().BeFalse();
        (await world.Gateway.SendAsync(TestGateway.Call(world.Token, $"/v1/messages/batches/{id}", method: HttpMethod.Delete))).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_file_belongs_to_the_device_that_sent_it()
    {
        var other = await world.Gateway.TokenAsync("another-device-0001");
        var id = await UploadAsync(world.Token);

        (await world.Gateway.SendAsync(TestGateway.Call(world.Token, $"/v1/files/{id}"))).Status.Should().Be(HttpStatusCode.OK);
        (await world.Gateway.SendAsync(TestGateway.Call(world.Token, $"/v1/files/{id}/content"))).Status.Should().Be(HttpStatusCode.OK);
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/content"), ("DELETE", "") })
        {
            var refused = await world.Gateway.SendAsync(TestGateway.Call(other, $"/v1/files/{id}{path}", method: new HttpMethod(method)));
            refused.Status.Should().Be(HttpStatusCode.BadRequest);
            refused.Text.Should().Contain("policy_blocked");
        }
    }

    [Fact]
    public async Task a_message_may_name_ones_own_files_only()
    {
        var other = await world.Gateway.TokenAsync("another-device-0001");
        var id = await UploadAsync(world.Token);
        var body = $$"""
            {"model":"claude-sonnet-5-5","max_tokens":10,"messages":[{"role":"user","content":[
              {"type":"document","source":{"type":"file","file_id":"{{id}}"} },{"type":"text","text":"Read it"}]}]}
            """;

        (await world.Gateway.SendAsync(TestGateway.Call(world.Token, "/v1/messages", body))).Status.Should().Be(HttpStatusCode.OK);
        var refused = await world.Gateway.SendAsync(TestGateway.Call(other, "/v1/messages", body));
        var counted = await world.Gateway.SendAsync(TestGateway.Call(other, "/v1/messages/count_tokens", body));
        var batched = await world.Gateway.SendAsync(TestGateway.Call(
            other, "/v1/messages/batches", "{\"requests\":[{\"custom_id\":\"a\",\"params\":" + body + "}]}"));

        foreach (var answer in new[] { refused, counted, batched })
        {
            answer.Status.Should().Be(HttpStatusCode.BadRequest);
            answer.Text.Should().Contain("policy_blocked").And.NotContain(id);
        }
    }

    [Theory]
    [InlineData("/v1/files")]
    [InlineData("/v1/messages/batches")]
    public async Task lists_are_refused(string path)
    {
        var answer = await world.Gateway.SendAsync(TestGateway.Call(world.Token, path));

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Text.Should().Contain("policy_blocked");
    }

    [Theory]
    [InlineData("\"container\":\"container_011\"")]
    [InlineData("\"container\":{\"id\":\"container_011\"}")]
    public async Task what_could_reach_another_devices_things_is_refused(string field)
    {
        var body = TestGateway.Message().TrimEnd('}') + "," + field + "}";

        var answer = await world.Gateway.SendAsync(TestGateway.Call(world.Token, "/v1/messages", body));

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Text.Should().Contain("policy_blocked");
    }

    [Theory]
    [InlineData("anthropic-workspace-id")]
    [InlineData("anthropic-organization-id")]
    public async Task no_header_chooses_the_workspace(string name)
    {
        var call = Calls.Message(world.Token);
        call.Headers.TryAddWithoutValidation(name, "wrkspc_01");

        (await world.Gateway.SendAsync(call)).Text.Should().Contain("policy_blocked");
    }

    [Fact]
    public async Task one_model_that_isnt_allowed_refuses_the_whole_batch()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Models:Allowed", "claude-sonnet-5-5")]);
        var token = await gateway.TokenAsync();
        var mixed = Batch.Replace("]}\n", "", StringComparison.Ordinal).Replace(
            "{\"requests\":[",
            "{\"requests\":[{\"custom_id\":\"b\",\"params\":{\"model\":\"claude-opus-5-5\",\"max_tokens\":10,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}},",
            StringComparison.Ordinal);

        var refused = await gateway.SendAsync(TestGateway.Call(token, "/v1/messages/batches", mixed));

        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        refused.Text.Should().Contain("policy_blocked").And.Contain("claude-opus-5-5");
        gateway.Tally.Rows().Should().BeEmpty();
        (await gateway.SendAsync(TestGateway.Call(token, "/v1/messages/batches", Batch))).Status.Should().Be(HttpStatusCode.OK);
    }

    private static async Task<string> IdOfAsync(Delivered answer)
    {
        Stream body = new MemoryStream(answer.Body);
        if (answer.Header("content-encoding") == "gzip")
        {
            body = new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress);
        }

        using var json = await JsonDocument.ParseAsync(body);
        return json.RootElement.GetProperty("id").GetString()!;
    }

    private async Task<string> UploadAsync(string token)
    {
        var call = TestGateway.Call(token, "/v1/files", method: HttpMethod.Post);
        call.Headers.TryAddWithoutValidation("anthropic-beta", "files-api-2025-04-14");
        call.Content = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "a.pdf" } };
        var answer = await world.Gateway.SendAsync(call);
        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        return await IdOfAsync(answer);
    }
}

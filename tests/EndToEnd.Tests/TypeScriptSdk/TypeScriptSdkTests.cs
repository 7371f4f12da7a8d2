using System.Text.Json;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Catalog;

namespace Latchkey.EndToEnd.Tests.TypeScriptSdk;

/// <summary>The official TypeScript SDK through the gateway; <c>clients/sdk.mjs</c> makes the calls.</summary>
public class TypeScriptSdkTests(TypeScriptSdkRun run) : IClassFixture<TypeScriptSdkRun>
{
    [Fact]
    public void a_message_is_answered()
    {
        var message = run["message"].GetProperty("message");

        message.GetProperty("content")[0].GetProperty("text").GetString().Should().StartWith("Hello from the simulator").And.EndWith("äöü, 漢字, 🔑.");
        message.GetProperty("model").GetString().Should().Be(SdkWorld.Sonnet);
        run["message"].GetProperty("requestId").GetString().Should().Be(TruthOf("message").RequestId);
        UsageOf("message").Should().Be(TokenKinds.Of(TruthOf("message").Generated!));
    }

    [Fact]
    public void a_stream_brings_every_event_in_order_and_ends_in_the_whole_message()
    {
        var events = run["stream"].GetProperty("events").EnumerateArray().Select(e => e.GetString()!).ToList();

        events.Should().StartWith(["message_start", "content_block_start", "content_block_delta"]).And.EndWith(["content_block_stop", "message_delta", "message_stop"]);
        events.Count(e => e == "content_block_start").Should().Be(3);
        var message = run["stream"].GetProperty("message");
        message.GetProperty("content").EnumerateArray().Select(b => b.GetProperty("type").GetString()).Should().Equal("thinking", "text", "tool_use");
        message.GetProperty("stop_reason").GetString().Should().Be("tool_use");
        UsageOf("stream").Should().Be(TokenKinds.Of(TruthOf("stream").Generated!));
    }

    [Fact]
    public async Task a_cancelled_stream_is_cancelled_upstream_and_in_the_ledger()
    {
        run["cancelled stream"].GetProperty("error").GetString().Should().Be("APIUserAbortError");
        run["cancelled stream"].GetProperty("deltas").GetInt32().Should().Be(1);

        var truth = await run.World.Healthy.Tally.WaitForAsync(row => row.Scenario == "stall=4", TestContext.Current.CancellationToken);
        truth.Ending.Should().Be(Ending.ClientLeft);
        var rows = await Books.AgreeAsync(run.World.Healthy, exchanges: run.World.Healthy.Tally.Rows().Count);
        rows.Single(row => row.UpstreamRequestId == truth.RequestId).Ending.Should().Be("client_gone");
    }

    [Fact]
    public void an_error_in_the_stream_is_thrown()
    {
        run["error event"].GetProperty("error").GetString().Should().Be("APIError");
        run["error event"].GetProperty("type").GetString().Should().Be("overloaded_error");
    }

    [Fact]
    public void a_stream_that_breaks_upstream_is_thrown_and_not_taken_for_a_short_answer()
    {
        run["cut stream"].GetProperty("error").GetString().Should().Be("APIError");
        run["cut stream"].GetProperty("type").GetString().Should().Be("api_error");
    }

    [Fact]
    public void a_stream_that_the_gateway_ends_is_thrown_with_its_words()
    {
        var seen = run["stream cut by a budget"];

        seen.GetProperty("error").GetString().Should().Be("APIError");
        seen.GetProperty("type").GetString().Should().Be("policy_blocked");
        seen.GetProperty("message").GetString().Should().Contain(SdkWorld.CutWords);
        seen.GetProperty("status").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public void tokens_are_counted() => run["count_tokens"].GetProperty("input_tokens").GetInt64().Should().Be(4);

    [Fact]
    public void models_are_listed_page_by_page() =>
        run["models"].GetProperty("ids").EnumerateArray().Select(id => id.GetString()).Should().Equal(ModelCatalog.All.Select(model => model.Id));

    [Fact]
    public void a_model_is_described() => run["model"].GetProperty("display_name").GetString().Should().Be("Claude Sonnet 5.5");

    [Theory]
    [InlineData("upstream 400", "BadRequestError", 400, "invalid_request_error")]
    [InlineData("upstream 402", "PaymentRequiredError", 402, "billing_error")]
    [InlineData("upstream 404", "NotFoundError", 404, "not_found_error")]
    [InlineData("upstream 409", "ConflictError", 409, "conflict_error")]
    [InlineData("upstream 413", "ContentTooLargeError", 413, "request_too_large")]
    [InlineData("upstream 422", "UnprocessableEntityError", 422, "invalid_request_error")]
    [InlineData("upstream 429", "RateLimitError", 429, "rate_limit_error")]
    [InlineData("upstream 500", "InternalServerError", 500, "api_error")]
    [InlineData("upstream 503", "ServiceUnavailableError", 503, "api_error")]
    [InlineData("upstream 504", "GatewayTimeoutError", 504, "timeout_error")]
    [InlineData("upstream 529", "OverloadedError", 529, "overloaded_error")]
    public void an_error_of_the_upstream_arrives_as_it_is(string call, string error, int status, string type)
    {
        ShouldBe(run[call], error, status, type);
        run[call].GetProperty("message").GetString().Should().Be(SdkWorld.UpstreamWords);
    }

    [Theory]
    [InlineData("an invalid token", "AuthenticationError", 401, "authentication_error", "wrapper token")]
    [InlineData("a model that is not allowed", "BadRequestError", 400, "policy_blocked", "claude-opus-5-5")]
    [InlineData("a body that is too large", "ContentTooLargeError", 413, "request_too_large", "16384")]
    [InlineData("too many requests", "RateLimitError", 429, "rate_limit_error", "requests per")]
    [InlineData(SdkWorld.UsedUp, "RateLimitError", 429, "billing_error", "Team SDK")]
    public void a_refusal_of_the_gateway_says_what_is_wrong(string call, string error, int status, string type, string words)
    {
        ShouldBe(run[call], error, status, type);
        run[call].GetProperty("message").GetString().Should().Contain(words);
    }

    [Fact]
    public void a_used_up_budget_is_not_asked_again() => run.World.RequestsOf(SdkWorld.UsedUp).Should().Be((1, 0), "the SDK was told not to, and would have");

    [Theory]
    [InlineData("upstream 401")]
    [InlineData("upstream 403")]
    public void a_refused_master_key_is_the_gateways_trouble_and_never_the_clients(string call)
    {
        ShouldBe(run[call], "InternalServerError", 502, "api_error");
        run[call].GetProperty("message").GetString().Should().NotContain(SdkWorld.UpstreamWords);
    }

    private static void ShouldBe(JsonElement seen, string error, int status, string type)
    {
        seen.GetProperty("error").GetString().Should().Be(error);
        seen.GetProperty("status").GetInt32().Should().Be(status);
        seen.GetProperty("type").GetString().Should().Be(type);
        seen.GetProperty("requestId").GetString().Should().NotBeNullOrEmpty();
    }

    private TallyRow TruthOf(string call) => run.World.TruthOf(run[call].GetProperty("message").GetProperty("id").GetString()!);

    private TokenKinds UsageOf(string call)
    {
        var usage = run[call].GetProperty("message").GetProperty("usage");
        return new TokenKinds(
            Count(usage, "input_tokens"),
            Count(usage, "output_tokens"),
            Count(usage, "cache_creation", "ephemeral_5m_input_tokens"),
            Count(usage, "cache_creation", "ephemeral_1h_input_tokens"),
            Count(usage, "cache_read_input_tokens"),
            Count(usage, "output_tokens_details", "thinking_tokens"),
            Count(usage, "server_tool_use", "web_search_requests"),
            Count(usage, "server_tool_use", "web_fetch_requests"));
    }

    private static long Count(JsonElement usage, params string[] path)
    {
        foreach (var name in path)
        {
            if (usage.ValueKind != JsonValueKind.Object || !usage.TryGetProperty(name, out usage))
            {
                return 0;
            }
        }

        return usage.ValueKind == JsonValueKind.Number ? usage.GetInt64() : 0;
    }
}

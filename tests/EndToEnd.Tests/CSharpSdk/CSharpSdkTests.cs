using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Anthropic.Models.Models;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Catalog;
using Type = System.Type;

namespace Latchkey.EndToEnd.Tests.CSharpSdk;

/// <summary>The official C# SDK through the gateway.</summary>
public class CSharpSdkTests(SdkWorld world) : IClassFixture<SdkWorld>
{
    [Fact]
    public async Task a_message_is_answered()
    {
        var call = world.Call();
        using var client = ClientOf(call);

        var message = await client.Messages.Create(Ask(call));

        TextOf(message).Should().StartWith("Hello from the simulator").And.EndWith("äöü, 漢字, 🔑.");
        message.Model.Raw().Should().Be(SdkWorld.Sonnet);
        KindsOf(message.Usage).Should().Be(TokenKinds.Of(TruthOf(message).Generated!));
    }

    [Fact]
    public async Task a_stream_brings_every_event_in_order_and_adds_up_to_the_whole_message()
    {
        var call = world.Call("[simulate: content=thinking,text,tool_use pings=2]");
        using var client = ClientOf(call);

        var events = new List<RawMessageStreamEvent>();
        await foreach (var next in client.Messages.CreateStreaming(Ask(call)))
        {
            events.Add(next);
        }

        var types = events.Select(e => e.Type.Raw()).ToList();
        types.Should().StartWith(["message_start", "content_block_start", "content_block_delta"]).And.EndWith(["content_block_stop", "message_delta", "message_stop"]);
        types.Count(type => type == "content_block_start").Should().Be(3);
        var message = await events.ToAsyncEnumerable().Aggregate();
        message.Content.Select(block => block.Type.Raw()).Should().Equal("thinking", "text", "tool_use");
        message.StopReason!.Raw().Should().Be("tool_use");
        KindsOf(message.Usage).Should().Be(TokenKinds.Of(TruthOf(message).Generated!));
    }

    [Fact]
    public async Task a_cancelled_stream_is_cancelled_upstream_and_in_the_ledger()
    {
        var call = world.Call("[simulate: stall=4]");
        using var client = ClientOf(call);
        using var cancel = new CancellationTokenSource();
        var deltas = 0;

        var reading = async () =>
        {
            await foreach (var next in client.Messages.CreateStreaming(Ask(call), cancel.Token))
            {
                if (next.TryPickContentBlockDelta(out _))
                {
                    deltas++;
                    await cancel.CancelAsync();
                }
            }
        };

        await reading.Should().ThrowAsync<OperationCanceledException>();
        deltas.Should().Be(1);
        var truth = await world.Healthy.Tally.WaitForAsync(row => row.Scenario == "stall=4", TestContext.Current.CancellationToken);
        truth.Ending.Should().Be(Ending.ClientLeft);
        var rows = await Books.AgreeAsync(world.Healthy, exchanges: world.Healthy.Tally.Rows().Count);
        rows.Single(row => row.UpstreamRequestId == truth.RequestId).Ending.Should().Be("client_gone");
    }

    [Theory]
    [InlineData("[simulate: error=overloaded_error,4]", "overloaded_error")]
    [InlineData("[simulate: cut=4]", "api_error")]
    public async Task an_error_in_the_stream_or_a_break_of_it_is_thrown(string text, string type)
    {
        var call = world.Call(text);
        using var client = ClientOf(call);

        var reading = async () => await client.Messages.CreateStreaming(Ask(call)).Aggregate();

        (await reading.Should().ThrowExactlyAsync<AnthropicSseException>()).Which.Type!.Raw().Should().Be(type);
    }

    [Fact]
    public async Task tokens_are_counted()
    {
        var call = world.Call("0123456789abcdef");
        using var client = ClientOf(call);

        var count = await client.Messages.CountTokens(new MessageCountTokensParams { Model = call.Model, Messages = Ask(call).Messages });

        count.InputTokens.Should().Be(4);
    }

    [Fact]
    public async Task models_are_listed_page_by_page()
    {
        using var client = ClientOf(world.Call());

        var ids = new List<string>();
        for (var page = await client.Models.List(new ModelListParams { Limit = 4 }); ; page = await page.Next())
        {
            ids.AddRange(page.Items.Select(model => model.ID));
            if (!page.HasNext())
            {
                break;
            }
        }

        ids.Should().Equal(ModelCatalog.All.Select(model => model.Id));
    }

    [Fact]
    public async Task a_model_is_described()
    {
        using var client = ClientOf(world.Call());

        var model = await client.Models.Retrieve(SdkWorld.Sonnet);

        model.DisplayName.Should().Be("Claude Sonnet 5.5");
    }

    [Theory]
    [InlineData("upstream 400", typeof(AnthropicBadRequestException), 400, "invalid_request_error")]
    [InlineData("upstream 402", typeof(AnthropicPaymentRequiredException), 402, "billing_error")]
    [InlineData("upstream 404", typeof(AnthropicNotFoundException), 404, "not_found_error")]
    [InlineData("upstream 409", typeof(AnthropicConflictException), 409, "conflict_error")]
    [InlineData("upstream 413", typeof(AnthropicContentTooLargeException), 413, "request_too_large")]
    [InlineData("upstream 422", typeof(AnthropicUnprocessableEntityException), 422, "invalid_request_error")]
    [InlineData("upstream 429", typeof(AnthropicRateLimitException), 429, "rate_limit_error")]
    [InlineData("upstream 500", typeof(Anthropic5xxException), 500, "api_error")]
    [InlineData("upstream 503", typeof(AnthropicServiceUnavailableException), 503, "api_error")]
    [InlineData("upstream 504", typeof(AnthropicGatewayTimeoutException), 504, "timeout_error")]
    [InlineData("upstream 529", typeof(AnthropicOverloadedException), 529, "overloaded_error")]
    public async Task an_error_of_the_upstream_arrives_as_it_is(string name, Type exception, int status, string type)
    {
        var thrown = await ErrorOfAsync(world.RefusedCall(name));

        ShouldBe(thrown, exception, status, type);
        thrown.ApiMessage.Should().Be(SdkWorld.UpstreamWords);
    }

    [Theory]
    [InlineData("an invalid token", typeof(AnthropicUnauthorizedException), 401, "authentication_error", "wrapper token")]
    [InlineData("a model that is not allowed", typeof(AnthropicBadRequestException), 400, "policy_blocked", "claude-opus-5-5")]
    [InlineData("a body that is too large", typeof(AnthropicContentTooLargeException), 413, "request_too_large", "16384")]
    [InlineData("too many requests", typeof(AnthropicRateLimitException), 429, "rate_limit_error", "requests per")]
    [InlineData(SdkWorld.UsedUp, typeof(AnthropicRateLimitException), 429, "billing_error", "Team SDK")]
    public async Task a_refusal_of_the_gateway_says_what_is_wrong(string name, Type exception, int status, string type, string words)
    {
        var thrown = await ErrorOfAsync(world.RefusedCall(name));

        ShouldBe(thrown, exception, status, type);
        thrown.ApiMessage.Should().Contain(words);
    }

    [Theory]
    [InlineData("upstream 401")]
    [InlineData("upstream 403")]
    public async Task a_refused_master_key_is_the_gateways_trouble_and_never_the_clients(string name)
    {
        var thrown = await ErrorOfAsync(world.RefusedCall(name));

        ShouldBe(thrown, typeof(Anthropic5xxException), 502, "api_error");
        thrown.ApiMessage.Should().NotContain(SdkWorld.UpstreamWords);
    }

    private static AnthropicClient ClientOf(SdkCall call) => new()
    {
        BaseUrl = call.Gateway.GetLeftPart(UriPartial.Authority),
        AuthToken = call.Token,
        MaxRetries = 0,
    };

    private static MessageCreateParams Ask(SdkCall call) => new()
    {
        Model = call.Model,
        MaxTokens = 256,
        Messages = [new UserMessageParam(call.Text)],
    };

    private static async Task<AnthropicApiException> ErrorOfAsync(SdkCall call)
    {
        using var client = ClientOf(call);
        var asking = () => client.Messages.Create(Ask(call));
        return (await asking.Should().ThrowAsync<AnthropicApiException>()).Which;
    }

    private static void ShouldBe(AnthropicApiException thrown, Type exception, int status, string type)
    {
        thrown.Should().BeOfType(exception);
        ((int)thrown.StatusCode).Should().Be(status);
        thrown.Type!.Raw().Should().Be(type);
        thrown.RequestID.Should().NotBeNullOrEmpty();
    }

    private static string TextOf(Message message) =>
        string.Concat(message.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));

    private static TokenKinds KindsOf(Usage usage) => new(
        usage.InputTokens,
        usage.OutputTokens,
        usage.CacheCreation?.Ephemeral5mInputTokens ?? 0,
        usage.CacheCreation?.Ephemeral1hInputTokens ?? 0,
        usage.CacheReadInputTokens ?? 0,
        usage.OutputTokensDetails?.ThinkingTokens ?? 0,
        usage.ServerToolUse?.WebSearchRequests ?? 0,
        usage.ServerToolUse?.WebFetchRequests ?? 0);

    private TallyRow TruthOf(Message message) => world.TruthOf(message.ID);
}

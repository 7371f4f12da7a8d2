using Anthropic;
using Anthropic.Models.Messages;
using Latchkey.Client.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.Client.Tests;

/// <summary>The official C# SDK with this library's HTTP client, through the real gateway.</summary>
public class CSharpSdkTests
{
    [Fact]
    public async Task a_message_and_a_stream_pass_with_nothing_but_the_client_set()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var desktop = await Desktop.StartAsync();
        var client = desktop.Open(o => o.BootstrapUrl = new Uri(gateway.Address, "bootstrap"));
        using var http = client.CreateHttpClient();
        using var sdk = new AnthropicClient { HttpClient = http, ApiKey = "unused", MaxRetries = 0 };
        var ask = new MessageCreateParams { Model = "claude-sonnet-5-5", MaxTokens = 256, Messages = [new UserMessageParam("Hello")] };

        var message = await sdk.Messages.Create(ask);
        var events = new List<RawMessageStreamEvent>();
        await foreach (var next in sdk.Messages.CreateStreaming(ask))
        {
            events.Add(next);
        }

        message.Content.Should().NotBeEmpty();
        events.Select(e => e.Type.Raw()).Should().EndWith(["message_stop"]);
        (await gateway.LedgerAsync(2)).Should().OnlyContain(row => (string?)row["device_id"] == client.DeviceId);
    }
}

using System.Net;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

public class ExchangeTests
{
    [Fact]
    public async Task a_message_travels_to_claude_and_back()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync();

        using var response = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var row = (await gateway.LedgerAsync(1)).Should().ContainSingle().Subject;
        row["ending"].Should().Be("completed");
        row["input_tokens"].Should().NotBe(0L);
    }
}

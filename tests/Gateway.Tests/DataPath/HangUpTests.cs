using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath;

public class HangUpTests
{
    // The clock stands still: what waited for a timeout would never end.
    [Theory]
    [InlineData("Cancel")]
    [InlineData("Drain")]
    public async Task a_client_that_hangs_up_once_it_has_the_whole_answer_has_not_left_early(string whenClientLeaves)
    {
        await using var gateway = await TestGateway.StartAsync(
            [("Latchkey:Aborts:WhenClientLeaves", whenClientLeaves)], time: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56)));
        var token = await gateway.TokenAsync();
        using var whole = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message("[simulate: events=1]", stream: true)));
        var events = (await whole.Content.ReadAsStringAsync()).Split("event: ").Length - 1;

        // The upstream has said everything and keeps the connection open.
        var held = TestGateway.Call(token, "/v1/messages", TestGateway.Message($"[simulate: events=1 stall={events}]", stream: true));
        using (var response = await gateway.Http.SendAsync(held, HttpCompletionOption.ResponseHeadersRead))
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
            while (await lines.ReadLineAsync() is { } line && !line.Contains("\"message_stop\"", StringComparison.Ordinal))
            {
            }
        }

        var row = (await gateway.LedgerAsync(2))[1];
        row["ending"].Should().Be("completed");
        row["fault"].Should().Be("none");
        row["quality"].Should().Be("actual");
    }
}

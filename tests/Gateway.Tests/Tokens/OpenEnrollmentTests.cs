using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.Gateway.Configuration;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Tokens;

public class OpenEnrollmentTests
{
    private const int OpenOnNetwork = 7003;

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public async Task other_machines_get_no_tokens_by_accident(string host)
    {
        var start = () => TestGateway.StartAsync([("Latchkey:Listener:Host", host)]);

        (await start.Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain("HOST").And.Contain("AllowOpenOnNetwork");
    }

    [Fact]
    public async Task who_means_it_is_reminded_each_minute_and_by_readyz()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await TestGateway.StartAsync(
            [("Latchkey:Listener:Host", "0.0.0.0"), ("Latchkey:Tokens:AllowOpenOnNetwork", "true")], time: time);

        await ReminderAsync(1);
        time.Advance(TimeSpan.FromSeconds(60));
        await ReminderAsync(2);
        time.Advance(TimeSpan.FromSeconds(60));
        await ReminderAsync(3);

        var ready = await gateway.Http.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{gateway.Address.Port}/readyz");
        ready.GetProperty("status").GetString().Should().Be("ready");
        ready.GetProperty("warnings").EnumerateArray().Single().GetString().Should().Contain("Enrolment is open");

        async Task ReminderAsync(int count)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (gateway.Logs.Lines.Count(l => l.EventId == OpenOnNetwork) < count)
            {
                await Task.Delay(5, patience.Token);
            }

            gateway.Logs.Lines.Count(l => l.EventId == OpenOnNetwork).Should().Be(count);
        }
    }

    [Fact]
    public async Task nobody_is_reminded_of_a_loopback_listener()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:AllowOpenOnNetwork", "true")]);

        var ready = await gateway.Http.GetFromJsonAsync<JsonElement>("/readyz");

        ready.GetProperty("warnings").GetArrayLength().Should().Be(0);
        gateway.Logs.Lines.Should().NotContain(l => l.EventId == OpenOnNetwork);
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Protocol;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.EndToEnd.Tests.OwnProcess;

public class ShutdownTests
{
    [Fact]
    public async Task at_sigterm_readiness_goes_first_and_an_open_stream_is_finished_and_recorded()
    {
        var pause = TimeSpan.FromMinutes(1);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"], clock);
        await simulator.StartAsync(TestContext.Current.CancellationToken);
        await using var gateway = GatewayProcess.Start(
            ("ANTHROPIC_BASE_URL", simulator.Urls.First()),
            ("Latchkey__Drain__Delay", "00:00:03"));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = await gateway.AddressAsync() };

        using var response = await OpenStreamAsync(http, $"[simulate: stall=4,{pause.TotalMilliseconds}]");
        await using var stream = await response.Content.ReadAsStreamAsync();
        var received = new MemoryStream();
        await ReadAsync(stream, received, until: text => text.Split("\n\n").Length > 4);

        await gateway.TerminateAsync();
        await Eventually.TrueAsync(async () => await ReadinessAsync(http) is HttpStatusCode.ServiceUnavailable, "readiness should go at once");
        await Eventually.TrueAsync(async () => await ReadinessAsync(http) is null, "the listener should close after that");
        clock.Advance(pause);
        await ReadAsync(stream, received, until: _ => false);
        var end = await gateway.EndAsync();

        end.Should().Match<Finished>(e => e.ExitCode == 0 && e.Errors.Length == 0);
        var truth = simulator.Services.GetRequiredService<Tally>().Rows().Single();
        truth.Complete.Should().BeTrue();
        Convert.ToHexStringLower(SHA256.HashData(received.ToArray())).Should().Be(truth.ResponseSha256);
        var row = (await gateway.LedgerAsync()).Should().ContainSingle().Subject;
        row.Should().Match<LedgerRow>(r => r.Ending == "completed" && r.UpstreamRequestId == truth.RequestId);
        row.Tokens.Should().Be(TokenKinds.Of(truth.Generated!));
    }

    private static async Task<HttpResponseMessage> OpenStreamAsync(HttpClient http, string text)
    {
        using var bootstrap = await http.PostAsJsonAsync("/bootstrap", new { device_id = "process-device-01" });
        var token = (await bootstrap.Content.ReadFromJsonAsync(ProtocolJson.Default.TokenResponse))!.WrapperToken;
        var response = await http.SendAsync(
            TestGateway.Call(token, "/v1/messages", TestGateway.Message(text, stream: true)), HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return response;
    }

    private static async Task ReadAsync(Stream stream, MemoryStream received, Predicate<string> until)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[4096];
        int length;
        while (!until(Encoding.UTF8.GetString(received.ToArray())) && (length = await stream.ReadAsync(buffer, patience.Token)) > 0)
        {
            received.Write(buffer, 0, length);
        }
    }

    /// <summary>Null when nobody listens any more.</summary>
    private static async Task<HttpStatusCode?> ReadinessAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync("/readyz");
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Latchkey.Gateway.Tests.Telemetry;

[Collection(MetricsCollection.Name)]
public class MetricsTests
{
    [Fact]
    public async Task prometheus_reads_what_a_request_did()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync("a-device-0001");
        await CallAsync(gateway, token);
        using var refused = await gateway.Http.SendAsync(TestGateway.Call("none", "/v1/messages", TestGateway.Message()));

        var text = await ScrapeAsync(gateway);

        text.Should().Contain("# TYPE latchkey_exchange_duration_seconds histogram")
            .And.MatchRegex("""latchkey_exchange_duration_seconds_count\{.*route="messages".*\} 1""")
            .And.MatchRegex("""latchkey_tokens\w*\{.*kind="input".*model="claude-sonnet-5-5".*\} [1-9]""")
            .And.MatchRegex("""latchkey_refusals\w*\{.*error_type="authentication_error".*\} 1""")
            .And.Contain("latchkey_exchange_time_to_first_byte_seconds")
            .And.Contain("latchkey_exchange_open")
            .And.Contain("dotnet_").And.Contain("kestrel_");
        text.Should().NotContain("a-device-0001", "a device is no label");
        text.Should().NotContain(TestGateway.MasterKey);
    }

    [Fact]
    public async Task a_client_invents_no_labels()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync();
        for (var i = 0; i < 5; i++)
        {
            using var odd = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message(model: $"invented-{i}")));
            using var path = await gateway.Http.SendAsync(TestGateway.Call(token, $"/v1/invented-{i}"));
            using var method = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", method: new HttpMethod($"INVENTED{(char)('A' + i)}")));
        }

        (await ScrapeAsync(gateway)).Should().NotContain("nvented-").And.NotContain("INVENTED");
    }

    [Fact]
    public async Task traces_and_metrics_arrive_at_a_collector()
    {
        var arrived = new ConcurrentQueue<(string Path, string Body)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.Map("/{**path}", async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            arrived.Enqueue((http.Request.Path, Encoding.UTF8.GetString(body.ToArray())));
            http.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync();

        string token, id;
        await using (var gateway = await TestGateway.StartAsync(
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.First()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_SERVICE_NAME", "latchkey-under-test"),
        ]))
        {
            token = await gateway.TokenAsync();
            id = await CallAsync(gateway, token);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));

            // The span's source is the process's: other tests' spans may come first.
            while (!Has("/v1/traces", id) || !Has("/v1/metrics", "latchkey.exchange.duration"))
            {
                await Task.Delay(20, patience.Token);
            }
        }

        var sent = arrived.Select(a => a.Body).ToList();
        arrived.Select(a => a.Path).Distinct().Should().BeEquivalentTo("/v1/traces", "/v1/metrics");
        sent.Should().Contain(b => b.Contains("latchkey-under-test", StringComparison.Ordinal));
        string.Concat(sent).Should().NotContain(token).And.NotContain(TestGateway.MasterKey).And.NotContain("a question in confidence");

        bool Has(string path, string text) => arrived.Any(a => a.Path == path && a.Body.Contains(text, StringComparison.Ordinal));
    }

    private static async Task<string> CallAsync(TestGateway gateway, string token)
    {
        using var response = await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message("a question in confidence")));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        await response.Content.ReadAsStringAsync();
        await gateway.LedgerAsync(1);
        return response.Headers.GetValues("x-latchkey-request-id").Single();
    }

    private static async Task<string> ScrapeAsync(TestGateway gateway)
    {
        using var response = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/metrics"));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().BeOneOf("text/plain", "application/openmetrics-text");
        return await response.Content.ReadAsStringAsync();
    }
}

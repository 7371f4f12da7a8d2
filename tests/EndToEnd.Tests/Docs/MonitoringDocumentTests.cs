using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>The metrics that the guide and the sample alerts name are those that the gateway has.</summary>
[Collection(MetricsCollection.Name)]
public partial class MonitoringDocumentTests
{
    [Theory]
    [InlineData("docs/PROXY_SETUP.md")]
    [InlineData("deploy/prometheus/alerts.yml")]
    public async Task every_metric_that_is_named_is_served(string file)
    {
        // Nobody is there: what waits for PostgreSQL is counted all the same.
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Database:Url", "postgres://gate@127.0.0.1:1/ledger")]);
        var token = await gateway.TokenAsync();
        (await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/messages", TestGateway.Message()))).EnsureSuccessStatusCode();
        (await gateway.Http.SendAsync(TestGateway.Call(token, "/v1/unknown"))).IsSuccessStatusCode.Should().BeFalse();
        await gateway.LedgerAsync(rows: 1);

        using var scrape = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        scrape.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        var served = await (await gateway.Http.SendAsync(scrape)).Content.ReadAsStringAsync();

        var named = MetricName().Matches(Repository.Read(file)).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);
        named.Should().HaveCountGreaterThan(2);
        named.Should().BeSubsetOf(MetricName().Matches(served).Select(m => m.Value));
    }

    [GeneratedRegex(@"\blatchkey_[a-z_]+[a-z]\b")]
    private static partial Regex MetricName();
}

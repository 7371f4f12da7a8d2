using System.Net;
using System.Text.Json;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Admin;

/// <summary>Reports of an upstream that does as it likes.</summary>
public sealed class ReportClientTests : IAsyncLifetime
{
    private const string NoMore = """{"data": [], "has_more": false, "next_page": null, "first_id": null, "last_id": null}""";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));
    private readonly List<string> _asked = [];
    private WebApplication _upstream = null!;
    private TestGateway _gateway = null!;
    private Func<HttpContext, string, Task> _answer = (http, _) => http.Response.WriteAsync(NoMore);

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _upstream = builder.Build();
        _upstream.Urls.Add("http://127.0.0.1:0");
        _upstream.Run(http =>
        {
            lock (_asked)
            {
                _asked.Add(http.Request.Path.Value!["/v1/organizations/".Length..] + http.Request.QueryString.Value);
            }

            return _answer(http, http.Request.Path.Value!["/v1/organizations/".Length..]);
        });
        await _upstream.StartAsync();
        _gateway = await TestGateway.StartAsync(
            [("Latchkey:Reconcile:AdminKey", "sk-ant-admin01-test-0123456789"), ("Latchkey:Reconcile:TolerancePercent", "2.5")],
            upstream: new Uri(_upstream.Urls.Single()),
            time: _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task all_pages_are_read_and_no_more()
    {
        _answer = (http, report) => http.Response.WriteAsync(report switch
        {
            "api_keys" => http.Request.Query.ContainsKey("after_id")
                ? """{"data": [{"id": "apikey_2", "partial_key_hint": "sk-ant-test-mast...6789", "workspace_id": null}], "has_more": false, "last_id": "apikey_2"}"""
                : """{"data": [{"id": "apikey_1", "partial_key_hint": null, "workspace_id": null}], "has_more": true, "last_id": "apikey_1"}""",
            "cost_report" => NoMore,
            _ => Page(http.Request.Query["page"].ToString()),
        });

        using var response = await AskAsync();

        var report = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        response.StatusCode.Should().Be(HttpStatusCode.OK, report.GetRawText());
        report.GetProperty("tolerance_percent").GetDecimal().Should().Be(2.5m);
        report.GetProperty("totals").GetProperty("tokens").GetProperty("anthropic").GetProperty("output_tokens").GetInt64().Should().Be(3 * 7);
        report.GetProperty("days").GetArrayLength().Should().Be(3);
        _asked.Should().Equal(
            "api_keys?limit=1000",
            "api_keys?limit=1000&after_id=apikey_1",
            Usage,
            Usage + "&page=a%2B%3D",
            Usage + "&page=b%26c",
            "cost_report?starting_at=2026-11-22T00:00:00Z&ending_at=2026-11-25T00:00:00Z&bucket_width=1d&limit=31&group_by%5B%5D=workspace_id");

        static string Page(string page)
        {
            var (day, more, next) = page switch { "" => (22, "true", "\"a+=\""), "a+=" => (23, "true", "\"b&c\""), _ => (24, "false", "null") };
            return $$"""
                {"data": [{"starting_at": "2026-11-{{day}}T00:00:00Z", "ending_at": "2026-11-{{day + 1}}T00:00:00Z", "results": [
                    {"api_key_id": "apikey_2", "workspace_id": null, "model": "claude-opus-5-5", "output_tokens": 7, "uncached_input_tokens": 0, "something_new": [1] }
                ]}], "has_more": {{more}}, "next_page": {{next}}}
                """;
        }
    }

    [Theory]
    [InlineData("""{"data": []}""")]
    [InlineData("""[]""")]
    [InlineData("""{"data": {}, "has_more": false}""")]
    [InlineData("""{"data": [], "has_more": true, "next_page": null}""")]
    [InlineData("""{"data": [{"starting_at": "soon", "results": [{}]}], "has_more": false}""")]
    [InlineData("""{"data": [{"starting_at": "2026-11-22T00:00:00Z", "results": [{"amount": "1e99", "currency": "USD"}]}], "has_more": false}""")]
    [InlineData("""{"data": [{"starting_at": "2026-11-22T00:00:00Z", "results": [{"amount": "1", "currency": "EUR"}]}], "has_more": false}""")]
    [InlineData("""{"data": [{"starting_at": "2026-11-22T00:00:00Z", "results": [{"amount": 1, "currency": "USD"}]}], "has_more": false}""")]
    public async Task an_answer_in_another_form_is_told(string answer)
    {
        _answer = (http, report) => http.Response.WriteAsync(report == "cost_report" ? answer : NoMore);

        using var response = await AskAsync();

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync()).Should().Contain("cost_report").And.Contain("documented form");
    }

    [Fact]
    public async Task an_answer_that_is_too_large_is_given_up()
    {
        _answer = async (http, _) =>
        {
            var piece = new byte[1024 * 1024];
            for (var i = 0; i < 64 && !http.RequestAborted.IsCancellationRequested; i++)
            {
                await http.Response.Body.WriteAsync(piece);
            }
        };

        using var response = await AskAsync();

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync()).Should().Contain("larger than 33554432 bytes");
    }

    [Fact]
    public async Task pages_without_end_are_given_up()
    {
        _answer = (http, _) => http.Response.WriteAsync("""{"data": [], "has_more": true, "last_id": "again"}""");

        using var response = await AskAsync();

        response.StatusCode.Should().Be(HttpStatusCode.BadGateway);
        (await response.Content.ReadAsStringAsync()).Should().Contain("1000 pages");
    }

    [Fact]
    public async Task silence_ends_after_half_a_minute()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = async (http, _) =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        };

        var answer = AskAsync();
        await asked.Task;
        answer.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromSeconds(31));

        using var response = await answer;
        response.StatusCode.Should().Be(HttpStatusCode.GatewayTimeout);
    }

    private const string Usage =
        "usage_report/messages?starting_at=2026-11-22T00:00:00Z&ending_at=2026-11-25T00:00:00Z&bucket_width=1d&limit=31"
        + "&group_by%5B%5D=model&group_by%5B%5D=api_key_id&group_by%5B%5D=workspace_id";

    private Task<HttpResponseMessage> AskAsync() =>
        _gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/reconcile?from=2026-11-22&to=2026-11-24"));
}

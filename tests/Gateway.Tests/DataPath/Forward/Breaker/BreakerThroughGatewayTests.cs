using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

public sealed class BreakerThroughGatewayTests : IAsyncLifetime
{
    private const string Sick = "claude-sonnet-5-5";
    private const string Well = "claude-haiku-5-5";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private TestGateway _gateway = null!;
    private string _token = "";

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync(time: _time);
        _token = await _gateway.TokenAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task five_failures_open_it_for_that_model_only()
    {
        await OpenAsync();
        var asked = _gateway.Tally.Rows().Count;

        var refused = await SendAsync(Sick);

        refused.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        refused.Text.Should().Contain("overloaded_error");
        refused.Header("retry-after").Should().Be("30");
        _gateway.Tally.Rows().Should().HaveCount(asked, "no request reaches the upstream");
        var row = await _gateway.RowOfAsync(refused.Id);
        (row["ending"], row["fault"], row["error_type"], row["quality"]).Should().Be(("refused_by_breaker", "upstream", "overloaded_error", "none"));
        row.Number("status").Should().Be(503);
        (await SendAsync(Well)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task after_thirty_seconds_two_good_probes_close_it()
    {
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(29.9));
        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);
        (await StateAsync()).Should().Contain("HALF_OPEN");
        _time.Advance(TimeSpan.FromSeconds(2));
        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);

        (await StateAsync()).Should().NotContain("HALF_OPEN").And.NotContain("\"OPEN\"");
    }

    [Fact]
    public async Task a_failed_probe_opens_it_again()
    {
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(31));

        (await SendAsync(Sick, "status=500")).Status.Should().Be(HttpStatusCode.InternalServerError);

        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task only_one_probe_is_under_way_at_a_time()
    {
        await OpenAsync();
        _time.Advance(TimeSpan.FromSeconds(31));
        using var leave = new CancellationTokenSource();
        var probe = _gateway.OpenAsync(Calls.Message(_token, "first-byte-delay=3600000"), leave.Token);
        var arrived = _gateway.Tally.Rows().Count;
        await _gateway.Tally.WaitForArrivalAsync(_ => _gateway.Tally.InFlight > 0, TestContext.Current.CancellationToken);

        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        _gateway.Tally.Rows().Should().HaveCount(arrived);
        await leave.CancelAsync();
        await probe.Invoking(p => p).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task clients_that_leave_say_nothing_about_the_upstream()
    {
        for (var i = 0; i < 8; i++)
        {
            using var leave = new CancellationTokenSource();
            using var head = await _gateway.OpenAsync(Calls.Message(_token, "stall=3", stream: true), leave.Token);
            await leave.CancelAsync();
        }

        await _gateway.LedgerAsync(8);
        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_storm_of_429_never_opens_it()
    {
        for (var i = 0; i < 30; i++)
        {
            (await SendAsync(Sick, "status=429")).Status.Should().Be(HttpStatusCode.TooManyRequests);
        }

        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_storm_of_529_opens_it_as_overload_with_a_shorter_pause()
    {
        Delivered last;
        var sent = 0;
        do
        {
            last = await SendAsync(Sick, "status=529 retry-after=1");
            sent++;
        }
        while (last.Status == (HttpStatusCode)529 && sent < 50);

        last.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        int.Parse(last.Header("retry-after")!, null).Should().BeInRange(1, 5);
        (await SendAsync(Well)).Status.Should().Be(HttpStatusCode.OK);
        _time.Advance(TimeSpan.FromSeconds(6));
        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task streams_that_break_off_count_as_failures()
    {
        for (var i = 0; i < 5; i++)
        {
            await _gateway.SendAsync(Calls.Message(_token, "cut=4", stream: true));
        }

        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task counting_tokens_neither_opens_it_nor_stops_at_it()
    {
        for (var i = 0; i < 8; i++)
        {
            (await CountAsync("[simulate: status=500]")).Status.Should().Be(HttpStatusCode.InternalServerError);
        }

        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);
        await OpenAsync();
        (await CountAsync("Hello")).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task an_operator_closes_it()
    {
        await OpenAsync();
        var byDevice = new HttpRequestMessage(HttpMethod.Post, "/admin/circuit-breaker/reset");
        byDevice.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        ((int)(await _gateway.Http.SendAsync(byDevice)).StatusCode).Should().BeOneOf(401, 403);
        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        var byOperator = new HttpRequestMessage(HttpMethod.Post, "/admin/circuit-breaker/reset");
        byOperator.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        (await _gateway.Http.SendAsync(byOperator)).StatusCode.Should().Be(HttpStatusCode.OK);

        (await SendAsync(Sick)).Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task refused_connections_open_the_hosts()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = new Uri($"http://{closed.LocalEndpoint}");
        closed.Stop();
        await using var gateway = await TestGateway.StartAsync(upstream: address, time: _time);
        var token = await gateway.TokenAsync();
        for (var i = 0; i < 5; i++)
        {
            (await gateway.SendAsync(Calls.Message(token))).Status.Should().Be(HttpStatusCode.BadGateway);
        }

        var other = await gateway.SendAsync(Calls.Message(token, model: Well));

        other.Status.Should().Be(HttpStatusCode.ServiceUnavailable);
        other.Text.Should().Contain("any model");
    }

    private Task<Delivered> SendAsync(string model, string simulate = "") => _gateway.SendAsync(Calls.Message(_token, simulate, model: model));

    private Task<Delivered> CountAsync(string text) => _gateway.SendAsync(TestGateway.Call(
        _token, "/v1/messages/count_tokens", $$"""{"model":"{{Sick}}","messages":[{"role":"user","content":"{{text}}"}]}"""));

    private async Task OpenAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            (await SendAsync(Sick, "status=500")).Status.Should().Be(HttpStatusCode.InternalServerError);
        }
    }

    private async Task<string> StateAsync()
    {
        var ask = new HttpRequestMessage(HttpMethod.Get, "/admin/circuit-breaker");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        return await (await _gateway.Http.SendAsync(ask)).Content.ReadAsStringAsync();
    }
}

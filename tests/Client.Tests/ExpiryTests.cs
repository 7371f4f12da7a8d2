using System.Collections.Concurrent;
using System.Net;
using Latchkey.Client.Gateway;
using Latchkey.Client.Tests.Support;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Client.Tests;

/// <summary>The library and the real gateway on one clock, in constant use.</summary>
public class ExpiryTests
{
    private const int Expiries = 200;

    [Fact]
    public async Task two_hundred_tokens_end_and_no_call_fails()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:LifetimeHours", "0.25")], time: new Calendar(time));
        var folder = Directory.CreateTempSubdirectory("latchkey-expiry-");
        var options = new LatchkeyOptions
        {
            Enabled = true,
            BootstrapUrl = new Uri(gateway.Address, "bootstrap"),
            Folder = folder.FullName,
            // A minute of this clock is a moment: nothing is late by it.
            HealthTimeout = TimeSpan.FromDays(1),
            TokenTimeout = TimeSpan.FromDays(1),
        };
        await using var client = new LatchkeyClient(options, new MemorySecrets(), new WithoutDate(), time, logger: null);
        await client.StartAsync();

        using var http = client.CreateHttpClient();
        var answers = new ConcurrentQueue<HttpStatusCode>();
        var tokens = new ConcurrentDictionary<DateTimeOffset, byte>();
        using var enough = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 4).Select(_ => CallAsync()).ToArray();

        var start = time.GetUtcNow();
        while (tokens.Keys.Count(end => end <= time.GetUtcNow()) < Expiries)
        {
            var before = answers.Count;
            time.Advance(TimeSpan.FromMinutes(1));
            await Eventually.SoAsync(() => answers.Count > before + 1);
        }

        await enough.CancelAsync();
        await Task.WhenAll(workers);
        answers.Should().OnlyContain(status => status == HttpStatusCode.OK);
        (time.GetUtcNow() - start).Should().BeGreaterThan(TimeSpan.FromMinutes(7 * Expiries));
        TestContext.Current.TestOutputHelper?.WriteLine($"{answers.Count} calls over {tokens.Count} tokens, 0 failed");
        folder.Delete(recursive: true);

        async Task CallAsync()
        {
            while (!enough.IsCancellationRequested)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models/claude-haiku-5-5");
                request.Headers.Add("anthropic-version", "2023-06-01");
                using var response = await http.SendAsync(request);
                tokens.TryAdd((await client.GetAccessAsync()).ExpiresAt!.Value, 0);
                answers.Enqueue(response.StatusCode);
            }
        }
    }

    /// <summary>The gateway's tokens end by this test's clock; its time-outs don't: that a call is under way while minutes pass is no trouble of the upstream's.</summary>
    private sealed class Calendar(TimeProvider time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();
    }

    /// <summary>The web server's own <c>Date</c> is real, and this test's clock isn't.</summary>
    private sealed class WithoutDate() : DelegatingHandler(GatewayConnections.Create())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            response.Headers.Date = null;
            return response;
        }
    }
}

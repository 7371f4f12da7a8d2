using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Latchkey.TestKit;

/// <summary>
/// The simplest server that speaks the wire contract: it shares no code with the gateway, so that the library is seen to depend on nothing else.
/// Tokens are numbers; a call with one that is over or taken back is a 401.
/// </summary>
public sealed class ContractServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _alive = new();
    private readonly TimeProvider _time;
    private WebApplication? _app;
    private int _issued;
    private int _port;

    private ContractServer(TimeProvider time) => _time = time;

    public Uri Address => new($"http://127.0.0.1:{_port}/");

    public Uri BootstrapUrl => new(Address, "bootstrap");

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How far its clock is ahead of the test's.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>What <c>/bootstrap</c> answers instead of a token.</summary>
    public (HttpStatusCode Status, string Body)? BootstrapAnswer { get; set; }

    /// <summary>What <c>/refresh</c> answers instead of a token.</summary>
    public (HttpStatusCode Status, string Body)? RefreshAnswer { get; set; }

    /// <summary>Sent with those.</summary>
    public TimeSpan? RetryAfter { get; set; }

    public HttpStatusCode Health { get; set; } = HttpStatusCode.OK;

    /// <summary>What it says to calls that the contract doesn't know; by default they aren't found.</summary>
    public string? OtherAnswer { get; set; }

    /// <summary>The base URL that it gives; its own address by default.</summary>
    public string? ProxyBaseUrl { get; set; }

    public string? RefreshToken { get; set; }

    /// <summary>Held up until this is done: a gateway that thinks.</summary>
    public Task TokensWait { get; set; } = Task.CompletedTask;

    public ConcurrentQueue<string> Bootstraps { get; } = new();

    /// <summary>The bearer and the body of each refresh.</summary>
    public ConcurrentQueue<(string Bearer, string Body)> Refreshes { get; } = new();

    /// <summary>Path, authorization and API key of each call that isn't the contract's own.</summary>
    public ConcurrentQueue<(string Path, string Authorization, string ApiKey, int Status, string Body)> Calls { get; } = new();

    public int HealthChecks => _healthChecks;

    private int _healthChecks;

    /// <summary>An answer instead of a token, in words.</summary>
    public static (HttpStatusCode Status, string Body) Refusal(HttpStatusCode status) => (status, """{"detail": "This device isn't known."}""");

    public static async Task<ContractServer> StartAsync(TimeProvider? time = null)
    {
        var server = new ContractServer(time ?? TimeProvider.System);
        await server.ReturnAsync();
        return server;
    }

    /// <summary>Listens again, on the port that it had before.</summary>
    public async Task ReturnAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{_port}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        _port = new Uri(app.Urls.Single()).Port;
        _app = app;
    }

    /// <summary>Goes as a killed process goes: connections break, nobody listens.</summary>
    public async Task VanishAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    /// <summary>Takes a token back, or all of them.</summary>
    public void TakeBack() => _alive.Clear();

    public async ValueTask DisposeAsync() => await VanishAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var now = _time.GetUtcNow() + ClockAhead;
        http.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync();
        var bearer = http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal).Replace("sk-ant-proxy-", "", StringComparison.Ordinal);
        switch (http.Request.Path.Value)
        {
            case "/bootstrap":
                Bootstraps.Enqueue(body);
                await TokensWait;
                await TokenAsync(http, BootstrapAnswer, now);
                break;
            case "/refresh":
                Refreshes.Enqueue((bearer, body));
                await TokensWait;
                await TokenAsync(http, RefreshAnswer ?? (IsAlive(bearer, now) ? null : (HttpStatusCode.Unauthorized, "{}")), now);
                break;
            case "/healthz":
                Interlocked.Increment(ref _healthChecks);
                http.Response.StatusCode = (int)Health;
                break;
            default:
                var isKnown = OtherAnswer is not null || http.Request.Path.Value!.Contains("/v1/", StringComparison.Ordinal);
                http.Response.StatusCode = !IsAlive(bearer, now) ? 401 : isKnown ? 200 : 404;
                Calls.Enqueue((
                    http.Request.Path + http.Request.QueryString, http.Request.Headers.Authorization.ToString(), http.Request.Headers["x-api-key"].ToString(),
                    http.Response.StatusCode, body));
                await http.Response.WriteAsync(OtherAnswer ?? "{}");
                break;
        }
    }

    private bool IsAlive(string token, DateTimeOffset now) => _alive.TryGetValue(token, out var end) && end > now;

    private async Task TokenAsync(HttpContext http, (HttpStatusCode Status, string Body)? instead, DateTimeOffset now)
    {
        if (instead is { } other)
        {
            http.Response.StatusCode = (int)other.Status;
            if (RetryAfter is { } after)
            {
                http.Response.Headers.RetryAfter = after.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            }

            await http.Response.WriteAsync(other.Body);
            return;
        }

        var token = $"token-{Interlocked.Increment(ref _issued)}";
        _alive[token] = now + Lifetime;
        var answer = new Dictionary<string, string>
        {
            ["wrapper_token"] = token,
            ["proxy_base_url"] = ProxyBaseUrl ?? Address.AbsoluteUri.TrimEnd('/'),
            ["expires_at"] = (now + Lifetime).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        if (RefreshToken is not null)
        {
            answer["refresh_token"] = RefreshToken;
        }

        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(JsonSerializer.Serialize(answer));
    }
}

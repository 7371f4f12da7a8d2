using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Latchkey.Cli.Tests.Support;

/// <summary>
/// A server that speaks the wire contract and nothing else, made of no code of ours: what works against it rests on nothing but the contract. Its
/// tokens say nothing.
/// </summary>
internal sealed class ContractServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _tokens = new();
    private WebApplication? _app;

    public Uri Address { get; private set; } = null!;

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>What it answers to <c>/healthz</c>.</summary>
    public HttpStatusCode Health { get; set; } = HttpStatusCode.OK;

    /// <summary>What it answers to whoever wants a first token.</summary>
    public HttpStatusCode Bootstrap { get; set; } = HttpStatusCode.OK;

    /// <summary>What it answers to whoever wants the next one.</summary>
    public HttpStatusCode Refresh { get; set; } = HttpStatusCode.OK;

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Bodies of the bootstraps.</summary>
    public ConcurrentQueue<JsonNode> Bootstraps { get; } = new();

    public int Refreshes => _refreshes;

    private int _refreshes;

    public static async Task<ContractServer> StartAsync(int? port = null)
    {
        var server = new ContractServer();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        server.Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port ?? DesktopGateway.FreePort()}/"));
        builder.WebHost.UseKestrelCore().UseUrls(server.Address.AbsoluteUri);
        builder.Logging.ClearProviders();
        server._app = builder.Build();
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Takes every token back.</summary>
    public void TakeBack() => _tokens.Clear();

    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var now = TimeProvider.System.GetUtcNow() + Ahead;
        http.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
        var bearer = http.Request.Headers.Authorization.ToString().Split(' ')[^1].Replace("sk-ant-proxy-", "", StringComparison.Ordinal);
        var isKnown = _tokens.TryGetValue(bearer, out var end) && end > now;
        switch (http.Request.Path.Value)
        {
            case "/healthz":
                http.Response.StatusCode = (int)Health;
                break;
            case "/bootstrap":
                Bootstraps.Enqueue((await JsonNode.ParseAsync(http.Request.Body))!);
                await TokenAsync(http, Bootstrap, now);
                break;
            case "/refresh":
                Interlocked.Increment(ref _refreshes);
                await TokenAsync(http, isKnown ? Refresh : HttpStatusCode.Unauthorized, now);
                break;
            default:
                http.Response.StatusCode = isKnown ? 404 : 401;
                break;
        }
    }

    private async Task TokenAsync(HttpContext http, HttpStatusCode status, DateTimeOffset now)
    {
        http.Response.StatusCode = (int)status;
        if (status != HttpStatusCode.OK)
        {
            await http.Response.WriteAsync("""{"detail": "This device isn't known."}""");
            return;
        }

        var token = $"opaque-{Guid.NewGuid():N}";
        _tokens[token] = now + Lifetime;
        await http.Response.WriteAsync(new JsonObject
        {
            ["wrapper_token"] = token,
            ["proxy_base_url"] = Address.AbsoluteUri.TrimEnd('/'),
            ["expires_at"] = (now + Lifetime).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        }.ToJsonString());
    }
}

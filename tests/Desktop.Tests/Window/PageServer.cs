using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Latchkey.Desktop.Tests.Window;

/// <summary>
/// Stands for the desktop app: a page on loopback behind a code that works once, which reports what it sees (<see cref="Report"/>) at its
/// start and whenever its size or the colour scheme changes.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const string Cookie = "door";
    private const string Script = """
        function tell(event) {
          fetch('/report', { method: 'POST', body: JSON.stringify({
            event, userAgent: navigator.userAgent, width: innerWidth, height: innerHeight,
            dark: matchMedia('(prefers-color-scheme: dark)').matches }) });
        }
        localStorage.setItem('draft', document.documentElement.innerHTML);
        addEventListener('load', () => tell('load'));
        addEventListener('resize', () => tell('resize'));
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => tell('colors'));
        """;

    private readonly WebApplication _app;
    private readonly string _code = Guid.NewGuid().ToString("N");
    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>();
    private bool _entered;

    private PageServer(string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Use((http, next) =>
        {
            Requests.Enqueue(http.Request.Path + http.Request.QueryString);
            return next(http);
        });
        _app.MapGet("/enter", http =>
        {
            if (http.Request.Query["code"] != _code || _entered)
            {
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return Task.CompletedTask;
            }

            _entered = true;
            http.Response.Cookies.Append(Cookie, _code, new() { HttpOnly = true, SameSite = SameSiteMode.Strict });
            // A redirect would still come from where the window was before, and get no strict cookie: the next page is this one's wish.
            return HtmlAsync(http, "<meta http-equiv=refresh content='0;url=/'>");
        });
        _app.MapGet("/", http =>
        {
            // What an engine would keep, if it kept anything.
            http.Response.Headers.CacheControl = "max-age=3600";
            return Entered(http)
                ? HtmlAsync(http, $"<title>Latchkey test page</title><!-- {Words} --><script>{Script}</script>{body}")
                : HtmlAsync(http, "<title>Not entered</title>");
        });
        _app.MapPost("/report", async http =>
        {
            if (Entered(http))
            {
                var report = await JsonSerializer.DeserializeAsync<Report>(http.Request.Body, JsonSerializerOptions.Web);
                await _reports.Writer.WriteAsync(report!);
            }
        });
        _app.MapGet("/export", http =>
        {
            http.Response.Headers.ContentDisposition = "attachment; filename=\"conversation.txt\"";
            return http.Response.WriteAsync("what was said");
        });
        _app.MapGet("/other", http => HtmlAsync(http, "<title>The other page</title>"));
    }

    /// <summary>Path and query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Stands in the page, and in its storage.</summary>
    public string Words { get; } = Guid.NewGuid().ToString("N");

    public Uri Origin => new(_app.Urls.First());

    /// <summary>What the app hands to the window: it works once.</summary>
    public Uri Address => new(Origin, "/enter?code=" + _code);

    public static async Task<PageServer> StartAsync(string body = "")
    {
        var server = new PageServer(body);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The next report that is like this; those before it are dropped.</summary>
    public async Task<Report> ReportAsync(Predicate<Report> wanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                var report = await _reports.Reader.ReadAsync(patience.Token);
                if (wanted(report))
                {
                    return report;
                }
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("No such report. Requests: " + string.Join(' ', Requests));
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private bool Entered(HttpContext http) => http.Request.Cookies[Cookie] == _code;

    private static Task HtmlAsync(HttpContext http, string html)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync("<!doctype html><meta name=color-scheme content='light dark'>" + html);
    }
}

/// <summary>What the page sees.</summary>
internal sealed record Report(string Event, string UserAgent, int Width, int Height, bool Dark);

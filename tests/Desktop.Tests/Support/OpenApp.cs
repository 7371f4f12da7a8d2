using System.Collections.Concurrent;
using Latchkey.Client;
using Microsoft.Playwright;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>An app with a window in which its page is open.</summary>
internal sealed class OpenApp : IAsyncDisposable
{
    private readonly IBrowserContext _window;
    private readonly bool _ownsApp;

    private OpenApp(DesktopApp app, bool ownsApp, IBrowserContext window)
    {
        App = app;
        _ownsApp = ownsApp;
        _window = window;
    }

    public DesktopApp App { get; }

    public IPage Page { get; private set; } = null!;

    /// <summary>What the page complained of: errors, forbidden styles and scripts, requests to elsewhere.</summary>
    public ConcurrentQueue<string> Complaints { get; } = new();

    public static async Task<OpenApp> StartAsync(Chromium chromium, Uri? gateway, Action<LatchkeyOptions>? configure = null,
        BrowserNewContextOptions? window = null) =>
        await OpenAsync(chromium, await DesktopApp.StartAsync(gateway, configure: configure), ownsApp: true, window);

    public static async Task<OpenApp> OpenAsync(Chromium chromium, DesktopApp app, bool ownsApp = false,
        BrowserNewContextOptions? window = null)
    {
        var opened = new OpenApp(app, ownsApp, await chromium.NewWindowAsync(window));
        opened._window.Console += (_, line) =>
        {
            if (line.Type is "error" or "warning")
            {
                opened.Complaints.Enqueue(line.Text);
            }
        };
        opened._window.WebError += (_, error) => opened.Complaints.Enqueue(error.Error);
        opened._window.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(app.Address.AbsoluteUri, StringComparison.Ordinal))
            {
                opened.Complaints.Enqueue("asked for " + request.Url);
            }
        };
        opened._window.Response += (_, response) =>
        {
            if (response.Status >= 400)
            {
                opened.Complaints.Enqueue($"{response.Status} {response.Url}");
            }
        };
        opened.Page = await app.OpenAsync(opened._window);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        await _window.DisposeAsync();
        if (_ownsApp)
        {
            await App.DisposeAsync();
        }
    }
}

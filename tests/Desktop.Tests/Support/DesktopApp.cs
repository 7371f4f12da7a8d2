using Latchkey.Client;
using Latchkey.Desktop.Door;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>The whole app on a free port, with a folder of its own.</summary>
internal sealed class DesktopApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private DesktopApp(WebApplication app, RecordedLogs logs, string folder, bool ownsFolder)
    {
        _app = app;
        Logs = logs;
        Folder = folder;
        _ownsFolder = ownsFolder;
        Address = new Uri(app.Urls.Single());
    }

    public string Folder { get; }

    /// <summary>All that it logged.</summary>
    public RecordedLogs Logs { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="gateway">The gateway; null for none.</param>
    /// <param name="folder">A folder that outlives this app.</param>
    /// <param name="configure">Changes the way to Claude.</param>
    /// <param name="services">Replaces services of the app.</param>
    /// <param name="trouble">What was wrong with the settings.</param>
    public static async Task<DesktopApp> StartAsync(
        Uri? gateway,
        string? folder = null,
        Action<LatchkeyOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        string? trouble = null)
    {
        var path = folder ?? Directory.CreateTempSubdirectory("latchkey-desktop-").FullName;
        var options = new LatchkeyOptions
        {
            Enabled = gateway is not null,
            BootstrapUrl = gateway is null ? null : new Uri(gateway, "/bootstrap"),
            Folder = path,
            Store = SecretStoreChoice.File,
            // Nothing of a test goes to the real one.
            DirectBaseUrl = new Uri("http://127.0.0.1:9"),
        };
        configure?.Invoke(options);
        var logs = new RecordedLogs();
        var app = DesktopHost.Create(options, trouble, replaced =>
        {
            replaced.AddLogging(logging => logging.ClearProviders().AddProvider(logs));
            services?.Invoke(replaced);
        });
        await app.StartAsync();
        return new DesktopApp(app, logs, path, ownsFolder: folder is null);
    }

    /// <summary>The address that lets one window in.</summary>
    public Uri NewAddress() => _app.NewAddress();

    /// <summary>Opens it in a window, and waits until the page is alive.</summary>
    public async Task<IPage> OpenAsync(IBrowserContext window)
    {
        var page = await window.NewPageAsync();
        await page.GotoAsync(NewAddress().AbsoluteUri);
        await page.ReadyAsync();
        return page;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Latchkey.Desktop.Tests.Support.Chromium))]

namespace Latchkey.Desktop.Tests.Support;

/// <summary>The real browser that stands in for the system's web view: one for all tests, a profile of its own for each page.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Path = "/usr/bin/chromium";

    /// <summary>Tests share their machine; what takes this long is broken.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Path))
        {
            throw new InvalidOperationException($"These tests need {Path}: install chromium.");
        }

        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    /// <summary>A window without a past. Whatever its pages ask of anybody but this machine is refused and noted.</summary>
    public async Task<IBrowserContext> NewWindowAsync(BrowserNewContextOptions? options = null)
    {
        var usual = new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1100, Height = 760 } };
        var context = await _browser!.NewContextAsync(options ?? usual);
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}

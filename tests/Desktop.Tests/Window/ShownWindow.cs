using System.Text;
using Latchkey.Desktop.Tests.Support;
using Latchkey.Desktop.Window;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.Desktop.Tests.Window;

/// <summary>A desktop, a page and the window program that shows it there.</summary>
internal sealed class ShownWindow : IAsyncDisposable
{
    /// <summary>Attributes of one element that fills the window, so that a click anywhere hits it.</summary>
    public const string Filling = "style='position:fixed;inset:0;background:#2050c0;color:white;font-size:60px'";

    private readonly string _kind;
    private readonly ChildProcess _program;

    private ShownWindow(XDisplay desktop, PageServer page, string kind, IEnumerable<KeyValuePair<string, string>> changes)
    {
        Desktop = desktop;
        Page = page;
        _kind = kind;
        _program = StartProgram(desktop, kind, changes, page.Address.AbsoluteUri, DataFolder);
    }

    public XDisplay Desktop { get; }

    public PageServer Page { get; }

    public string DataFolder => Path.Combine(Desktop.Home, "data");

    /// <summary>What the person's browser was started with, a line for each start.</summary>
    public string[] OpenedOutside => File.Exists(BrowserLog(Desktop)) ? File.ReadAllLines(BrowserLog(Desktop)) : [];

    public string Output => _program.Output + _program.Errors;

    /// <param name="kind">The value of <c>LATCHKEY_WINDOW</c>.</param>
    /// <param name="body">HTML that the page shows.</param>
    /// <param name="prepareAsync">Changes the desktop before the program starts.</param>
    /// <param name="changes">Variables for the program.</param>
    public static async Task<ShownWindow> StartAsync(
        string kind,
        string body = "",
        Func<XDisplay, Task>? prepareAsync = null,
        Func<XDisplay, IEnumerable<KeyValuePair<string, string>>>? changes = null)
    {
        var desktop = await XDisplay.StartAsync();
        var page = await PageServer.StartAsync(body);
        SetBrowser(desktop);
        await (prepareAsync?.Invoke(desktop) ?? Task.CompletedTask);
        return new(desktop, page, kind, changes?.Invoke(desktop) ?? []);
    }

    /// <summary>Starts the program again, with the same data folder.</summary>
    public ChildProcess StartSecond(Uri address) => StartProgram(Desktop, _kind, [], address.AbsoluteUri, DataFolder);

    public static ChildProcess StartProgram(
        XDisplay desktop, string kind, IEnumerable<KeyValuePair<string, string>> changes, params string[] arguments) =>
        desktop.Start(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Latchkey.WindowProgram.dll"), .. arguments],
            [new(AppWindows.Variable, kind), .. changes]);

    /// <summary>The window, once the page is in it.</summary>
    public async Task<string> WindowAsync()
    {
        var window = await Desktop.WindowAsync("Latchkey test page");
        Desktop.Programs().Should().NotBeEmpty();
        return window;
    }

    /// <summary>Clicks the element that fills the window, once it is painted: an engine drops clicks on what nobody has seen.</summary>
    public async Task ClickAsync()
    {
        var window = await WindowAsync();
        await PaintedAsync(window);
        await Desktop.ClickAsync(window, 400, 300);
    }

    /// <summary>Waits until the page's blue is on the screen.</summary>
    public Task PaintedAsync(string window) => Eventually.TrueAsync(
        async () => await Desktop.ColorAsync(window, 700, 500) == "srgb(32,80,192)",
        "the page should be painted");

    public Task TerminateAsync() => _program.TerminateAsync();

    public Task<Finished> EndAsync() => _program.EndAsync();

    /// <summary>Fails unless all processes of the program are gone, its temporary files, and every word of the page.</summary>
    public async Task LeavesNothingAsync()
    {
        await Eventually.TrueAsync(() => Desktop.Programs().Count == 0, "no process should be left");
        Directory.EnumerateFileSystemEntries(Desktop.Environment["TMPDIR"]).Should().BeEmpty();
        string[] words = [Page.Words, Page.Address.Query["?code=".Length..]];
        FilesWith(words).Should().BeEmpty();
    }

    /// <summary>Files of the person's home that have any of the words in them.</summary>
    private IEnumerable<string> FilesWith(string[] words)
    {
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(Desktop.Home, "*", all)
            // Sockets have no content that could be read.
            .Where(file => new FileInfo(file).Length > 0)
            .Where(file => File.ReadAllText(file, Encoding.Latin1) is var content
                && words.Any(word => content.Contains(word, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await Page.DisposeAsync();
        await Desktop.DisposeAsync();
    }

    /// <summary>Makes a script the person's browser, in the way that settings programs do. It writes down how it is started.</summary>
    private static void SetBrowser(XDisplay desktop)
    {
        var script = Path.Combine(desktop.Home, "browser");
        File.WriteAllText(script, $"#!/bin/sh\necho \"$# $*\" >> {BrowserLog(desktop)}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var applications = Directory.CreateDirectory(Path.Combine(desktop.Home, ".local", "share", "applications"));
        File.WriteAllText(
            Path.Combine(applications.FullName, "recorder.desktop"),
            $"""
            [Desktop Entry]
            Type=Application
            Name=Recorder
            Exec={script} %u
            MimeType=x-scheme-handler/http;x-scheme-handler/https;

            """);
        Directory.CreateDirectory(Path.Combine(desktop.Home, ".config"));
        File.WriteAllText(
            Path.Combine(desktop.Home, ".config", "mimeapps.list"),
            "[Default Applications]\nx-scheme-handler/http=recorder.desktop\nx-scheme-handler/https=recorder.desktop\n");
    }

    private static string BrowserLog(XDisplay desktop) => Path.Combine(desktop.Home, "browser.log");
}

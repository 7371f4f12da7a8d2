namespace Latchkey.Desktop.Tests.Window;

public class ChromiumAppWindowTests
{
    [Fact]
    public async Task the_page_is_shown_under_its_own_title_without_tabs_and_address()
    {
        await using var shown = await ShowAsync("<body style='background:#2050c0;color:white'><h1>Hello</h1>");

        var report = await shown.Page.ReportAsync(r => r.Event == "load");
        var window = await shown.WindowAsync();

        report.UserAgent.Should().Contain("Chrome");
        report.Should().Match<Report>(r => r.Width == 800 && !r.Dark);
        // Root's browser warns in a bar about its missing sandbox; tabs and an address would take more than that.
        report.Height.Should().BeInRange(530, 600);
        (await shown.Desktop.WindowsOfClassAsync("latchkey")).Should().Contain(window);
        await shown.PaintedAsync(window);
        await shown.Desktop.ScreenshotAsync("chromium");
    }

    [Fact]
    public async Task closing_the_window_ends_the_program_and_leaves_nothing()
    {
        await using var shown = await ShowAsync();
        var window = await shown.WindowAsync();
        shown.Desktop.Programs().Should().Contain(p => p.EndsWith("chromium"));

        await shown.Desktop.CloseAsync(window);
        var end = await shown.EndAsync();

        end.ExitCode.Should().Be(0, end.Errors);
        await shown.LeavesNothingAsync();
        Directory.Exists(Path.Combine(shown.Desktop.Home, ".config", "chromium")).Should().BeFalse("that is the person's own profile");
    }

    [Fact]
    public async Task sigterm_closes_the_window_and_leaves_nothing()
    {
        await using var shown = await ShowAsync();
        await shown.WindowAsync();

        await shown.TerminateAsync();
        var end = await shown.EndAsync();

        end.ExitCode.Should().Be(0, end.Errors);
        await shown.LeavesNothingAsync();
        Directory.Exists(Path.Combine(shown.Desktop.Home, ".config", "chromium")).Should().BeFalse("that is the person's own profile");
    }

    [Fact]
    public async Task no_other_user_can_read_the_code_that_the_address_carries()
    {
        await using var shown = await ShowAsync();
        var window = await shown.WindowAsync();
        var code = shown.Page.Address.Query["?code=".Length..];
        var entry = Path.Combine(shown.DataFolder, "browser-1", "enter.html");

        shown.Desktop.CommandLines().Should().Contain(line => line.Contains("--app=file://")).And.NotContain(line =>
            line.Contains(code) && !line.Contains("Latchkey.WindowProgram.dll"));
        (await File.ReadAllTextAsync(entry)).Should().Contain(code);
        ModeOf(entry).Should().Be("rw-------");
        ModeOf(Path.GetDirectoryName(entry)!).Should().Be("rwx------");

        await shown.Desktop.CloseAsync(window);
        await shown.EndAsync();
        File.Exists(entry).Should().BeFalse();
    }

    [Fact]
    public async Task a_link_elsewhere_is_not_loaded()
    {
        await using var web = await PageServer.StartAsync();
        await using var shown = await ShowAsync($"<a {ShownWindow.Filling} href='{web.Origin}there'>a link</a>");

        await shown.ClickAsync();
        // The browser's own page, which says that it can't be reached.
        await shown.Desktop.WindowAsync("^127\\.0\\.0\\.1");

        web.Requests.Should().BeEmpty();
        await shown.Desktop.ScreenshotAsync("chromium-elsewhere");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task a_page_reaches_no_other_origin(string host)
    {
        await using var web = await PageServer.StartAsync();
        await using var shown = await ShowAsync($$"""
            <script>
              addEventListener('load', () => fetch('http://{{host}}:{{web.Origin.Port}}/', { mode: 'no-cors' })
                .then(() => tell('reached'), () => tell('out of reach')));
            </script>
            """);

        var report = await shown.Page.ReportAsync(r => r.Event is "reached" or "out of reach");

        report.Event.Should().Be("out of reach");
        web.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task two_windows_have_a_profile_each()
    {
        await using var first = await ShowAsync();
        await first.WindowAsync();
        await using var page = await PageServer.StartAsync("<script>document.title = 'The second'</script>");
        await using var second = first.StartSecond(page.Address);
        await first.Desktop.WindowAsync("The second");

        await first.Desktop.CloseAsync(await first.WindowAsync());
        (await first.EndAsync()).ExitCode.Should().Be(0);

        second.HasEnded.Should().BeFalse();
        (await first.Desktop.ShowsAsync("The second")).Should().BeTrue();
        await first.Desktop.CloseAsync(await first.Desktop.WindowAsync("The second"));
        (await second.EndAsync()).ExitCode.Should().Be(0);
        await first.LeavesNothingAsync();
    }

    private static Task<ShownWindow> ShowAsync(string body = "") => ShownWindow.StartAsync("browser", body);

    private static string ModeOf(string path)
    {
        var mode = OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);
        return string.Concat("rwxrwxrwx".Select((letter, i) => ((int)mode & (1 << (8 - i))) != 0 ? letter : '-'));
    }
}

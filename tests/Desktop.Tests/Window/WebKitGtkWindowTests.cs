using System.Diagnostics;
using System.Globalization;
using Latchkey.Desktop.Tests.Support;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.Desktop.Tests.Window;

public class WebKitGtkWindowTests
{
    private const string Filling = ShownWindow.Filling;

    [Fact]
    public async Task the_page_is_shown_under_its_own_title_in_a_window_of_the_size_asked_for()
    {
        await using var shown = await ShowAsync("<body style='background:#2050c0;color:white'><h1>Hello</h1>");

        var report = await shown.Page.ReportAsync(r => r.Event == "load");
        var window = await shown.WindowAsync();

        report.UserAgent.Should().Contain("AppleWebKit").And.NotContain("Chrome");
        report.Should().Match<Report>(r => r.Width == 800 && r.Height == 600);
        (await shown.Desktop.WindowsOfClassAsync("latchkey")).Should().Contain(window);
        await shown.PaintedAsync(window);
        await shown.Desktop.ScreenshotAsync("webkitgtk");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ctrl+q")]
    [InlineData("ctrl+w")]
    public async Task closing_the_window_by_its_button_or_a_key_ends_the_program_and_leaves_nothing(string? key)
    {
        await using var shown = await ShowAsync();
        var window = await shown.WindowAsync();
        shown.Desktop.Programs().Should().Contain(p => p.EndsWith("WebKitWebProces")).And.Contain(p => p.EndsWith("WebKitNetworkPr"));

        await (key is null ? shown.Desktop.CloseAsync(window) : shown.Desktop.KeyAsync(window, key));
        var end = await shown.EndAsync();

        end.ExitCode.Should().Be(0, end.Errors);
        await shown.LeavesNothingAsync();
        Directory.Exists(shown.DataFolder).Should().BeFalse("its sessions are kept nowhere");
    }

    [Fact]
    public async Task a_page_closes_the_window_that_it_is_in()
    {
        await using var shown = await ShowAsync($"<button {Filling} onclick='window.close()'>Quit</button>");

        await shown.ClickAsync();

        (await shown.EndAsync()).ExitCode.Should().Be(0);
        await shown.LeavesNothingAsync();
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
    }

    [Fact]
    public async Task a_page_that_has_no_title_leaves_the_apps()
    {
        await using var shown = await ShowAsync("<script>document.title = ''</script>");

        await shown.Page.ReportAsync(r => r.Event == "load");

        await shown.Desktop.WindowAsync("Window program");
    }

    [Fact]
    public async Task the_keyboard_zooms_the_page()
    {
        await using var shown = await ShowAsync();
        var window = await shown.WindowAsync();

        await shown.Desktop.KeyAsync(window, "ctrl+plus");
        await shown.Page.ReportAsync(r => r.Width == 727);
        await shown.Desktop.KeyAsync(window, "ctrl+equal");
        await shown.Page.ReportAsync(r => r.Width == 640);
        await shown.Desktop.KeyAsync(window, "ctrl+0");
        await shown.Page.ReportAsync(r => r.Width == 800);
        await shown.Desktop.KeyAsync(window, "ctrl+KP_Subtract");
        await shown.Page.ReportAsync(r => r.Width is 888 or 889);
    }

    [Theory]
    [InlineData("<a {0} href='{1}'>a link</a>")]
    [InlineData("<a {0} href='{1}' target='_blank'>a link to a new window</a>")]
    [InlineData("<button {0} onclick='window.open(\"{1}\")'>a script's new window</button>")]
    [InlineData("<form action='{1}'><button {0}>a form</button></form>")]
    public async Task an_address_of_the_web_opens_in_the_persons_browser_and_not_in_the_window(string element)
    {
        await using var web = await PageServer.StartAsync();
        await using var shown = await ShowAsync(string.Format(CultureInfo.InvariantCulture, element, Filling, web.Origin + "there"));

        await shown.ClickAsync();
        await Eventually.TrueAsync(() => shown.OpenedOutside.Length > 0, "the browser should be asked");

        shown.OpenedOutside.Should().ContainSingle().Which.TrimEnd('?').Should().Be($"1 {web.Origin}there");
        web.Requests.Should().BeEmpty("the window asked for nothing");
        (await shown.Desktop.ShowsAsync("Latchkey test page")).Should().BeTrue();
    }

    [Fact]
    public async Task an_address_is_one_argument_that_no_shell_reads()
    {
        const string address = "http://127.0.0.1:50000/?a=%27b%27 c&d=$(touch pwned);`touch pwned`|'&quot;";
        await using var shown = await ShowAsync($"<a {Filling} href=\"{address}\">a link</a>");

        await shown.ClickAsync();
        await Eventually.TrueAsync(() => shown.OpenedOutside.Length > 0, "the browser should be asked");

        shown.OpenedOutside.Should().ContainSingle().Which.Should().StartWith("1 http://127.0.0.1:50000/?a=%27b%27%20c&d=$(touch%20pwned)");
        Directory.EnumerateFiles(shown.Desktop.Home, "pwned*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Theory]
    [InlineData("data:text/html,<title>Elsewhere</title>")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("mailto:someone@example.com")]
    [InlineData("about:blank")]
    public async Task every_other_scheme_is_refused(string target)
    {
        await using var shown = await ShowAsync($"<a {Filling} href='{target}'>a link</a>");

        await shown.ClickAsync();
        await Eventually.TrueAsync(() => shown.Output.Contains("refused"), "the refusal should be logged");

        (await shown.Desktop.ShowsAsync("Latchkey test page")).Should().BeTrue();
        shown.OpenedOutside.Should().BeEmpty();
    }

    [Fact]
    public async Task a_file_of_the_machine_is_out_of_reach()
    {
        await using var shown = await ShowAsync($"<a {Filling} href='file:///etc/hostname' onclick=\"tell('clicked')\">a link</a>");
        var window = await shown.WindowAsync();

        await shown.ClickAsync();
        await shown.Page.ReportAsync(r => r.Event == "clicked");
        await shown.Desktop.KeyAsync(window, "ctrl+plus");
        await shown.Page.ReportAsync(r => r.Event == "resize");

        (await shown.Desktop.ShowsAsync("Latchkey test page")).Should().BeTrue();
        shown.OpenedOutside.Should().BeEmpty();
    }

    [Fact]
    public async Task what_a_page_does_by_itself_opens_no_browser()
    {
        await using var web = await PageServer.StartAsync();
        await using var shown = await ShowAsync(
            $"<script>addEventListener('load', () => location = '{web.Origin}?what-was-said')</script>");
        await shown.WindowAsync();

        await Eventually.TrueAsync(() => shown.Output.Contains("refused"), "the refusal should be logged");

        shown.Output.Should().Contain(web.Origin.GetLeftPart(UriPartial.Authority)).And.NotContain("what-was-said");
        shown.OpenedOutside.Should().BeEmpty();
        web.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task the_apps_own_pages_come_into_the_same_window_when_they_ask_for_a_new_one()
    {
        await using var shown = await ShowAsync($"<a {Filling} href='/other' target='_blank'>another page</a>");

        await shown.ClickAsync();

        await shown.Desktop.WindowAsync("The other page");
        (await shown.Desktop.ShowsAsync("Latchkey test page")).Should().BeFalse();
    }

    [Theory]
    [InlineData("href='/export'")]
    [InlineData("href='/other' download='conversation.txt'")]
    public async Task a_download_of_the_apps_own_goes_to_the_download_folder(string link)
    {
        await using var shown = await ShowAsync($"<a {Filling} {link}>export</a>", GiveDownloadFolderAsync);

        await shown.ClickAsync();

        var file = Path.Combine(shown.Desktop.Home, "Downloads", "conversation.txt");
        await Eventually.TrueAsync(() => File.Exists(file) && new FileInfo(file).Length > 0, "the file should be there");
        (await shown.Desktop.ShowsAsync("Latchkey test page")).Should().BeTrue();
    }

    [Fact]
    public async Task a_download_from_elsewhere_is_refused()
    {
        await using var web = await PageServer.StartAsync();
        await using var shown = await ShowAsync(
            $"<a {Filling} href='{web.Origin}export' download='conversation.txt'>export</a>",
            GiveDownloadFolderAsync);

        await shown.ClickAsync();
        await Eventually.TrueAsync(() => shown.OpenedOutside.Length > 0, "the browser should be asked");

        web.Requests.Should().BeEmpty();
        Directory.EnumerateFiles(shown.Desktop.Home, "conversation*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task the_page_follows_the_desktops_light_and_dark()
    {
        SettingsPortal? portal = null;
        await using var shown = await ShowAsync(
            prepareAsync: async desktop => portal = await SettingsPortal.StartAsync(desktop, scheme: 1));
        using (portal)
        {
            await shown.Page.ReportAsync(r => r.Dark);
            portal!.Change(scheme: 2);
            await shown.Page.ReportAsync(r => !r.Dark);
            portal.Change(scheme: 1);
            await shown.Page.ReportAsync(r => r.Dark);
        }

        await shown.Desktop.ScreenshotAsync("webkitgtk-dark");
    }

    [Fact]
    public async Task a_page_copies_to_the_clipboard_when_the_person_clicks()
    {
        const string copy = "navigator.clipboard.writeText('copied').then(() => tell('copied'), e => tell(e.name))";
        await using var shown = await ShowAsync($"<button {Filling} onclick=\"{copy}\">copy</button>");

        await shown.ClickAsync();

        (await shown.Page.ReportAsync(r => r.Event is not ("load" or "resize"))).Event.Should().Be("copied");
    }

    [Fact]
    public async Task a_page_whose_engine_ends_is_loaded_again_once()
    {
        await using var shown = await ShowAsync();
        await shown.Page.ReportAsync(r => r.Event == "load");

        KillEngine(shown);
        await shown.Page.ReportAsync(r => r.Event == "load");
        await shown.WindowAsync();
        KillEngine(shown);
        var end = await shown.EndAsync();

        end.ExitCode.Should().Be(4);
        end.Errors.Should().Contain("crashed twice within 60 seconds");
        await shown.LeavesNothingAsync();
    }

    private static Task<ShownWindow> ShowAsync(string body = "", Func<XDisplay, Task>? prepareAsync = null) =>
        ShownWindow.StartAsync("native", body, prepareAsync);

    private static async Task GiveDownloadFolderAsync(XDisplay desktop)
    {
        Directory.CreateDirectory(Path.Combine(desktop.Home, ".config"));
        await File.WriteAllTextAsync(Path.Combine(desktop.Home, ".config", "user-dirs.dirs"), "XDG_DOWNLOAD_DIR=\"$HOME/Downloads\"\n");
    }

    private static void KillEngine(ShownWindow shown)
    {
        var id = shown.Desktop.Programs().Single(p => p.EndsWith("WebKitWebProces")).Split(' ')[0];
        using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
        process.Kill();
    }
}

using Latchkey.Desktop.Tests.Support;
using Latchkey.Desktop.Window;

namespace Latchkey.Desktop.Tests.Window;

public class AppWindowsTests
{
    private const string Address = "http://127.0.0.1:50000/";

    private static readonly Candidate Native = new("Native", null);
    private static readonly Candidate Browser = new("Browser", null);
    private static readonly Candidate NoNative = new("Native", "its library isn't installed.");
    private static readonly Candidate NoBrowser = new("Browser", "no browser was found.");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("auto")]
    [InlineData(" Auto ")]
    public void the_native_window_is_first(string? wanted) =>
        AppWindows.Choose(wanted, Native, Browser).Should().BeSameAs(Native);

    [Fact]
    public void the_browsers_is_second() =>
        AppWindows.Choose(null, NoNative, Browser).Should().BeSameAs(Browser);

    [Fact]
    public void the_person_can_have_the_browsers_first() =>
        AppWindows.Choose("browser", Native, Browser).Should().BeSameAs(Browser);

    [Fact]
    public void who_wants_the_native_one_gets_no_other()
    {
        var choose = () => AppWindows.Choose("native", NoNative, Browser);

        choose.Should().Throw<WindowUnavailableException>()
            .WithMessage("*Native: its library isn't installed.").Which.Message.Should().NotContain("Browser");
    }

    [Fact]
    public void where_there_is_none_the_message_names_what_was_tried_and_why_it_failed()
    {
        var choose = () => AppWindows.Choose(null, NoNative, NoBrowser);

        choose.Should().Throw<WindowUnavailableException>().Which.Message.Split(Environment.NewLine)
            .Should().Equal("No window can be opened.", "Native: its library isn't installed.", "Browser: no browser was found.");
    }

    [Fact]
    public void an_unknown_wish_is_refused()
    {
        var choose = () => AppWindows.Choose("electron", Native, Browser);

        choose.Should().Throw<WindowUnavailableException>()
            .WithMessage("LATCHKEY_WINDOW is 'electron'; it can be auto, native or browser.");
    }

    [Fact]
    public async Task without_a_display_there_is_none_of_either_kind()
    {
        await using var desktop = await XDisplay.StartAsync();
        await using var program = ShownWindow.StartProgram(desktop, "auto", [new("DISPLAY", "")], Address, desktop.Home);

        var end = await program.EndAsync();

        end.ExitCode.Should().Be(3);
        end.Errors.Should().Contain("WebKitGTK: there is no display").And.Contain("Browser window: there is no display");
    }

    [Fact]
    public async Task a_display_that_does_not_answer_is_named()
    {
        await using var desktop = await XDisplay.StartAsync();
        await using var program = ShownWindow.StartProgram(desktop, "native", [new("DISPLAY", ":4711")], Address, desktop.Home);

        var end = await program.EndAsync();

        end.ExitCode.Should().Be(3);
        end.Errors.Should().Contain("WebKitGTK: the display ':4711' doesn't answer.");
    }

    [Fact]
    public async Task a_browser_that_does_not_start_has_the_last_word()
    {
        await using var desktop = await XDisplay.StartAsync();
        await using var program = ShownWindow.StartProgram(desktop, "browser", [new("DISPLAY", ":4711")], Address, desktop.Home);

        var end = await program.EndAsync();

        end.ExitCode.Should().Be(3);
        end.Errors.Should().Contain("chromium ended with 1. Its last words:").And.Contain("failed to initialize");
        desktop.Programs().Should().BeEmpty();
    }

    [Fact]
    public async Task without_webkitgtk_the_page_comes_in_a_browsers_window()
    {
        await using var shown = await ShownWindow.StartAsync("auto", changes: WithoutWebKit);

        (await shown.Page.ReportAsync(r => r.Event == "load")).UserAgent.Should().Contain("Chrome");
    }

    [Fact]
    public async Task without_webkitgtk_and_browser_the_message_names_what_to_install()
    {
        await using var desktop = await XDisplay.StartAsync();
        KeyValuePair<string, string>[] changes = [.. WithoutWebKit(desktop), .. WithoutBrowser(desktop)];
        await using var program = ShownWindow.StartProgram(desktop, "auto", changes, Address, desktop.Home);

        var end = await program.EndAsync();

        end.ExitCode.Should().Be(3);
        end.Errors.Should().Contain("libwebkit2gtk-4.1-0").And.Contain("install one of them");
    }

    /// <summary>What stands in for the library is no library.</summary>
    private static IEnumerable<KeyValuePair<string, string>> WithoutWebKit(XDisplay desktop)
    {
        var folder = Directory.CreateDirectory(Path.Combine(desktop.Home, "libraries"));
        File.WriteAllText(Path.Combine(folder.FullName, "libwebkit2gtk-4.1.so.0"), "this is longer than a library's header, and is none");
        return [new("LD_LIBRARY_PATH", folder.FullName)];
    }

    private static IEnumerable<KeyValuePair<string, string>> WithoutBrowser(XDisplay desktop)
    {
        var folder = Directory.CreateDirectory(Path.Combine(desktop.Home, "bin"));
        var dotnet = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "dotnet")).First(File.Exists);
        File.CreateSymbolicLink(Path.Combine(folder.FullName, "dotnet"), dotnet);
        return [new("PATH", folder.FullName)];
    }

    private sealed class Candidate(string name, string? reason) : IAppWindow
    {
        public string Name => name;

        public string? Unavailable() => reason;

        public void Run(WindowRequest request, CancellationToken stop) => throw new InvalidOperationException("Choosing opens nothing.");
    }
}

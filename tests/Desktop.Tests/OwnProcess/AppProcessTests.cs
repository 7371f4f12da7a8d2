using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Latchkey.Desktop.Tests.Support;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.OwnProcess;

/// <summary>Start and end of the app's process.</summary>
public sealed class AppProcessTests(Chromium chromium, World world) : IClassFixture<World>, IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("latchkey-desktop-").FullName;

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task a_signal_ends_it_with_the_answer_on_its_way_and_leaves_no_listener(string signal)
    {
        world.Does($"events=5000 event-delay=50 seed={(signal == "TERM" ? 1 : 2)}");
        await using var app = AppProcess.StartWithoutWindow(_home, world.Address);
        var address = new Uri(await app.AddressAsync());
        await using (var window = await chromium.NewWindowAsync())
        {
            var page = await window.NewPageAsync();
            await page.GotoAsync(address.AbsoluteUri);
            await page.ReadyAsync();
            await page.AskAsync("Hello");
            await Expect(page.Locator(".prose.growing")).ToBeVisibleAsync();

            await SignalAsync(signal, app);
            var end = await app.EndAsync();

            end.ExitCode.Should().Be(0, end.Errors);
        }

        var connecting = async () =>
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", address.Port);
        };
        await connecting.Should().ThrowAsync<SocketException>();
        var seed = signal == "TERM" ? "seed=1" : "seed=2";
        var truth = await world.Gateway.Tally.WaitForAsync(row => row.Scenario.EndsWith(seed, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        truth.Ending.Should().Be(Ending.ClientLeft);

        await using var again = AppProcess.StartWithoutWindow(_home, world.Address);
        await using var second = await chromium.NewWindowAsync();
        var reopened = await second.NewPageAsync();
        await reopened.GotoAsync(await again.AddressAsync());
        await reopened.GetByRole(AriaRole.Link, new() { Name = "Hello" }).ClickAsync();
        await Expect(reopened.GetByText("You stopped this answer.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task after_a_crash_the_answer_is_there_as_far_as_it_came_and_says_so()
    {
        world.Does("events=5000 event-delay=20");
        await using (var app = AppProcess.StartWithoutWindow(_home, world.Address))
        {
            await using var window = await chromium.NewWindowAsync();
            var page = await window.NewPageAsync();
            await page.GotoAsync(await app.AddressAsync());
            await page.ReadyAsync();
            await page.AskAsync("Hello");
            // Longer than what is kept each second.
            await Expect(page.Locator(".prose")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(".{250}"),
                new() { Timeout = 60_000 });

            await SignalAsync("KILL", app);
            await app.EndAsync();
        }

        await using var again = AppProcess.StartWithoutWindow(_home, world.Address);
        await using var second = await chromium.NewWindowAsync();
        var reopened = await second.NewPageAsync();
        await reopened.GotoAsync(await again.AddressAsync());
        await reopened.GetByRole(AriaRole.Link, new() { Name = "Hello" }).ClickAsync();

        await Expect(reopened.GetByText("The app ended before this answer did.")).ToBeVisibleAsync();
        (await reopened.Locator(".prose").InnerTextAsync()).Should().NotBeEmpty();
        await Expect(reopened.GetByRole(AriaRole.Button, new() { Name = "Ask again" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task a_second_start_beside_the_first_takes_nothing_from_it()
    {
        world.Does("events=5000 event-delay=50");
        await using var first = AppProcess.StartWithoutWindow(_home, world.Address);
        await using var window = await chromium.NewWindowAsync();
        var page = await window.NewPageAsync();
        await page.GotoAsync(await first.AddressAsync());
        await page.ReadyAsync();
        await page.AskAsync("Hello");
        await Expect(page.Locator(".prose.growing")).ToBeVisibleAsync();

        await using var second = AppProcess.StartWithoutWindow(_home, world.Address);
        await using var otherWindow = await chromium.NewWindowAsync();
        var other = await otherWindow.NewPageAsync();
        await other.GotoAsync(await second.AddressAsync());
        await other.GetByRole(AriaRole.Link, new() { Name = "Hello" }).ClickAsync();

        await Expect(other.GetByText("This answer is being written in another window.")).ToBeVisibleAsync();
        await Expect(page.Locator(".prose.growing")).ToBeVisibleAsync();
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task a_link_opens_in_the_persons_own_browser()
    {
        var programs = Directory.CreateDirectory(Path.Combine(_home, "programs")).FullName;
        var opened = Path.Combine(_home, "opened");
        var opener = Path.Combine(programs, "xdg-open");
        await File.WriteAllTextAsync(opener, $"#!/bin/sh\necho \"$@\" >> '{opened}'\n");
        File.SetUnixFileMode(opener, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        world.Says("[the web](https://a.example/?x=1&y=$(id)) and <me@b.example>");
        await using var app = AppProcess.StartWithoutWindow(_home, world.Address,
            ("PATH", $"{programs}:{Environment.GetEnvironmentVariable("PATH")}"));
        await using var window = await chromium.NewWindowAsync();
        var page = await window.NewPageAsync();
        await page.GotoAsync(await app.AddressAsync());
        await page.ReadyAsync();
        await page.AskAsync("Hello");
        await page.AnsweredAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "the web" }).ClickAsync();
        await Eventually.TrueAsync(
            () => File.Exists(opened) && File.ReadAllText(opened).Contains('\n', StringComparison.Ordinal), "the link should be opened");
        await page.GetByRole(AriaRole.Link, new() { Name = "me@b.example" }).ClickAsync();
        await Eventually.TrueAsync(() => File.ReadAllLines(opened).Length == 2, "the letter should be opened");

        (await File.ReadAllLinesAsync(opened)).Should().Equal("https://a.example/?x=1&y=$(id)", "mailto:me@b.example");
        window.Pages.Should().ContainSingle("the window stays where it is");
        page.Url.Should().Contain("/c/");
    }

    [Fact]
    public async Task a_file_that_cant_be_used_is_told_and_ends_it()
    {
        await File.WriteAllTextAsync(Path.Combine(_home, "desktop.db"), new string('x', 5000));
        await using var app = AppProcess.StartWithoutWindow(_home, world.Address);

        var end = await app.EndAsync();

        end.ExitCode.Should().Be(1);
        end.Errors.Should().Contain(Path.Combine(_home, "desktop.db")).And.NotContain("   at ");
    }

    [Fact]
    public async Task an_argument_that_it_doesnt_know_is_told()
    {
        await using var app = ChildProcess.Start(AppProcess.Program, ["--nonsense"], AppProcess.Variables(_home, null), "/",
            "the .NET SDK");

        var end = await app.EndAsync();

        end.ExitCode.Should().Be(2);
        end.Errors.Should().Contain("--no-window");
    }

    [Fact]
    public async Task a_variable_that_cant_be_used_is_told_in_the_window()
    {
        await using var app = AppProcess.StartWithoutWindow(_home, null, ("ENABLE_PROXY", "perhaps"));
        await using var window = await chromium.NewWindowAsync();
        var page = await window.NewPageAsync();
        await page.GotoAsync(await app.AddressAsync());

        await Expect(page.Locator(".first-run")).ToContainTextAsync("ENABLE_PROXY should be true or false.");
    }

    [Fact]
    public async Task nothing_in_the_environment_opens_another_listener()
    {
        var port = LoopbackPort.Free();
        await using var app = AppProcess.StartWithoutWindow(
            _home,
            null,
            ("ASPNETCORE_URLS", $"http://0.0.0.0:{port}"),
            ("Kestrel__Endpoints__Http__Url", $"http://0.0.0.0:{port}"),
            ("ASPNETCORE_ENVIRONMENT", "Development"));
        await app.AddressAsync();

        var connecting = async () =>
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", port);
        };

        await connecting.Should().ThrowAsync<SocketException>();
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private static async Task SignalAsync(string signal, ChildProcess app)
    {
        using var kill = Process.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {app.Id}")]);
        await kill.WaitForExitAsync();
    }
}

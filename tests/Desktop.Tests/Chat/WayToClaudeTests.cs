using System.Net.Http.Json;
using Latchkey.Client;
using Latchkey.Desktop.Tests.Support;
using Latchkey.Simulator;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Chat;

/// <summary>What happens to a conversation when its way to Claude changes, in a real browser.</summary>
public sealed class WayToClaudeTests(Chromium chromium)
{
    private const string OwnKey = "sk-ant-api03-a-key-of-ones-own-0123456789";

    [Fact]
    public async Task conversations_are_there_after_a_restart()
    {
        await using var gateway = await TestGateway.StartAsync();
        var folder = Directory.CreateTempSubdirectory("latchkey-desktop-").FullName;
        try
        {
            await using (var app = await DesktopApp.StartAsync(gateway.Address, folder))
            await using (var desk = await OpenApp.OpenAsync(chromium, app))
            {
                await desk.Page.AskAsync("What are aqueducts?");
                await desk.Page.AnsweredAsync();
                await desk.Page.Box().FillAsync("half a thought");
                await Expect(desk.Page.Locator("nav li")).ToHaveCountAsync(1);
            }

            await using var again = await DesktopApp.StartAsync(gateway.Address, folder);
            await using var reopened = await OpenApp.OpenAsync(chromium, again);
            await reopened.Page.GetByRole(AriaRole.Link, new() { Name = "What are aqueducts?" }).ClickAsync();

            await Expect(reopened.Page.Locator(".prose")).ToContainTextAsync("Hello from the simulator");
            await Expect(reopened.Page.Box()).ToHaveValueAsync("half a thought");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task a_token_that_ends_in_mid_conversation_is_nothing_that_the_person_sees()
    {
        var clock = new MovedClock();
        await using var gateway = await TestGateway.StartAsync(time: clock);
        await using var desk = await OpenApp.StartAsync(chromium, gateway.Address);
        await desk.Page.AskAsync("First");
        await desk.Page.AnsweredAsync();
        var latchkey = desk.App.Services.GetRequiredService<LatchkeyClient>();
        var token = (await latchkey.GetAccessAsync(TestContext.Current.CancellationToken)).RevealKey();

        clock.Ahead = TimeSpan.FromHours(25);
        await desk.Page.AskAsync("Second");
        await desk.Page.AnsweredAsync(1);

        await Expect(desk.Page.Answers().Nth(1)).ToContainTextAsync("Hello from the simulator");
        await Expect(desk.Page.Locator(".note.bad")).ToHaveCountAsync(0);
        (await latchkey.GetAccessAsync(TestContext.Current.CancellationToken)).RevealKey().Should().NotBe(token);
    }

    [Fact]
    public async Task a_gateway_that_goes_and_comes_back_is_told_by_the_chip()
    {
        var port = LoopbackPort.Free();
        var data = Directory.CreateTempSubdirectory("latchkey-test-").FullName;
        try
        {
            await using var gateway = await TestGateway.StartAsync(port: port, dataDirectory: data);
            await using var desk = await OpenApp.StartAsync(chromium, gateway.Address);
            var chip = desk.Page.Locator("button.chip .wide");
            await desk.Page.AskAsync("First");
            await desk.Page.AnsweredAsync();
            await Expect(chip).ToHaveTextAsync("Proxy is healthy and ready");

            await gateway.DisposeAsync();
            await Expect(chip).ToHaveTextAsync("No connection");
            await chip.ClickAsync();
            await Expect(desk.Page.Locator("#status-panel")).ToContainTextAsync("can't be reached");
            await Expect(desk.Page.Locator("#status-panel")).ToContainTextAsync("tried again by itself");
            await desk.Page.PictureAsync("no-connection");
            await desk.Page.Keyboard.PressAsync("Escape");
            await desk.Page.AskAsync("Second");
            await Expect(desk.Page.Answers().Nth(1).Locator(".note.bad")).ToContainTextAsync("can't be reached");

            await using var back = await TestGateway.StartAsync(port: port, dataDirectory: data);
            await Expect(chip).ToHaveTextAsync("Proxy is healthy and ready");
            await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
            await Expect(desk.Page.Answers().Nth(1)).ToContainTextAsync("Hello from the simulator");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task with_a_key_of_ones_own_calls_go_past_a_gateway_that_is_gone()
    {
        await using var anthropic = SimulatorHost.Create(["--urls", "http://127.0.0.1:0", $"--Simulator:ApiKeys={OwnKey}"]);
        await anthropic.StartAsync(TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        await using var desk = await OpenApp.StartAsync(chromium, gateway.Address, o => o.DirectBaseUrl = new Uri(anthropic.Urls.Single()));
        await KeepKeyAsync(desk.Page);
        await desk.Page.AskAsync("First");
        await desk.Page.AnsweredAsync();
        anthropic.Services.GetRequiredService<Tally>().Rows().Should().NotContain(row => row.Request.PathAndQuery == "/v1/messages");

        await gateway.StopAsync();
        await desk.Page.AskAsync("Second");

        await Expect(desk.Page.Answers().Nth(1)).ToContainTextAsync("Hello from the simulator");
        await Expect(desk.Page.Locator("button.chip .wide")).ToHaveTextAsync("Past the gateway");
        anthropic.Services.GetRequiredService<Tally>().Rows()
            .Should().Contain(row => row.Request.PathAndQuery == "/v1/messages" && row.Status == 200);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Usage" }).ClickAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Dialog))
            .ToContainTextAsync("There are no figures: calls go to Anthropic with your own key");
    }

    [Fact]
    public async Task a_key_of_ones_own_is_all_that_is_needed()
    {
        await using var anthropic = SimulatorHost.Create(["--urls", "http://127.0.0.1:0", $"--Simulator:ApiKeys={OwnKey}"]);
        await anthropic.StartAsync(TestContext.Current.CancellationToken);
        await using var desk = await OpenApp.StartAsync(chromium, gateway: null, o => o.DirectBaseUrl = new Uri(anthropic.Urls.Single()));
        await Expect(desk.Page.GetByText("One step before the first question")).ToBeVisibleAsync();
        await Expect(desk.Page.Locator("button.chip .wide")).ToHaveTextAsync("Not set up");
        await desk.Page.PictureAsync("first-run");

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Enter a key" }).ClickAsync();
        await desk.Page.GetByLabel("Anthropic key", new() { Exact = true }).FillAsync("sk-ant-proxy-abc");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(desk.Page.GetByText("This is a gateway's token")).ToBeVisibleAsync();
        await desk.Page.GetByLabel("Anthropic key", new() { Exact = true }).FillAsync(OwnKey);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(desk.Page.GetByText("A key is kept.")).ToBeVisibleAsync();
        await desk.Page.Keyboard.PressAsync("Escape");
        await Expect(desk.Page.Locator("button.chip .wide")).ToHaveTextAsync("Your own key");
        await desk.Page.AskAsync("Hello");

        await Expect(desk.Page.Answers()).ToContainTextAsync("Hello from the simulator");
        (await desk.Page.ContentAsync()).Should().NotContain(OwnKey);
        await desk.Page.Keyboard.PressAsync("Control+,");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Forget it" }).ClickAsync();
        await Expect(desk.Page.Locator("button.chip .wide")).ToHaveTextAsync("Not set up");
        desk.App.Logs.Text.Should().NotContain(OwnKey);
    }

    [Fact]
    public async Task a_budget_that_is_used_up_says_which_and_when_it_begins_anew()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var budget = new HttpRequestMessage(HttpMethod.Put, "/admin/budgets/laptops")
        {
            Content = JsonContent.Create(
                new { name = "Laptops", scope = "device", per_head = true, period = "month", limit_usd = 0.000001, mode = "strict" }),
        };
        budget.Headers.Authorization = new("Bearer", TestGateway.OperatorKey);
        using var answer = await gateway.Http.SendAsync(budget);
        answer.EnsureSuccessStatusCode();
        await using var desk = await OpenApp.StartAsync(chromium, gateway.Address);

        await desk.Page.AskAsync("Hello");

        var note = desk.Page.Locator(".note.bad");
        await Expect(note).ToContainTextAsync("The budget is used up.");
        await Expect(note).ToContainTextAsync("Laptops");
        await Expect(note).ToContainTextAsync("Request req_");
        await Expect(note.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
        await desk.Page.PictureAsync("budget-refusal");
    }

    [Fact]
    public async Task a_setting_that_cant_be_used_is_told()
    {
        await using var app = await DesktopApp.StartAsync(gateway: null, trouble: "ENABLE_PROXY should be true or false.");
        await using var desk = await OpenApp.OpenAsync(chromium, app);

        await Expect(desk.Page.Locator(".first-run")).ToContainTextAsync("ENABLE_PROXY should be true or false.");
    }

    private static async Task KeepKeyAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Control+,");
        await page.GetByLabel("Anthropic key", new() { Exact = true }).FillAsync(OwnKey);
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it" }).ClickAsync();
        await Expect(page.GetByText("A key is kept.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    /// <summary>The system's clock, moved forward.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
    }
}

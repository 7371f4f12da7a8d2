using System.Text.RegularExpressions;
using Latchkey.Desktop.Tests.Support;
using Latchkey.Simulator.Bookkeeping;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Chat;

/// <summary>Answers while they are written, in a real browser.</summary>
public sealed class StreamTests(Chromium chromium, World world) : IClassFixture<World>
{
    [Fact]
    public async Task an_answer_is_seen_growing_and_drawn_as_what_it_means()
    {
        world.SaysOnAndOn("## One\n\nSome **bold** words.\n\n```csharp\nvar x = 1;\n```\n\n");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);

        await desk.Page.AskAsync("Hello");

        var prose = desk.Page.Locator(".prose.growing");
        await Expect(prose.Locator("h3")).ToHaveTextAsync("One");
        await Expect(prose.Locator("strong")).ToHaveTextAsync("bold");
        await Expect(prose.Locator("figure.code .keyword")).ToHaveTextAsync("var");
        await GrowsAsync(desk.Page);
        await desk.Page.Keyboard.PressAsync("Escape");
        await desk.Page.AnsweredAsync();
        await Expect(desk.Page.Locator(".ending")).ToContainTextAsync("Claude Sonnet 5.5");
    }

    [Fact]
    public async Task escape_stops_an_answer_at_once_upstream_too_and_what_came_is_kept()
    {
        world.Does("events=5000 event-delay=50");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await Expect(desk.Page.Locator(".prose")).ToHaveTextAsync(new Regex(@"\w{3}"));

        await desk.Page.Keyboard.PressAsync("Escape");

        await Expect(desk.Page.GetByText("You stopped this answer.")).ToBeVisibleAsync();
        (await desk.Page.Locator(".prose").InnerTextAsync()).Should().NotBeEmpty();
        var truth = await world.Gateway.Tally.WaitForAsync(
            row => row.Scenario.StartsWith("events=5000", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        truth.Ending.Should().Be(Ending.ClientLeft);
    }

    [Fact]
    public async Task the_stop_button_stops_before_the_first_word()
    {
        world.Does("first-byte-delay=600000");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await Expect(desk.Page.GetByText("Asking…")).ToBeVisibleAsync();

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Stop the answer" }).ClickAsync();

        await Expect(desk.Page.GetByText("You stopped this answer.")).ToBeVisibleAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "Send" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task several_conversations_are_answered_side_by_side()
    {
        world.SaysOnAndOn();
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        var page = desk.Page;

        await page.AskAsync("The first");
        await GrowsAsync(page);
        await page.Keyboard.PressAsync("Control+n");
        await Expect(page.Locator("h1")).ToHaveTextAsync("New conversation");
        await page.AskAsync("The second");
        await GrowsAsync(page);

        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Claude is answering" })).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "The first" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("The first");
        await GrowsAsync(page);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByText("You stopped this answer.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "The second" }).ClickAsync();
        await Expect(page.Locator(".question")).ToContainTextAsync("The second");
        await GrowsAsync(page);
        await page.Keyboard.PressAsync("Escape");
        await page.AnsweredAsync();
    }

    [Fact]
    public async Task a_reload_loses_neither_the_draft_nor_the_answer_on_its_way()
    {
        world.SaysOnAndOn();
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await GrowsAsync(desk.Page);
        await desk.Page.Box().PressSequentiallyAsync("half a thou");

        await desk.Page.ReloadAsync();

        await desk.Page.ReadyAsync();
        await Expect(desk.Page.Box()).ToHaveValueAsync("half a thou");
        await Expect(desk.Page.Locator(".prose p").First).ToContainTextAsync("word1 word2");
        await GrowsAsync(desk.Page);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Stop the answer" }).ClickAsync();
        await desk.Page.AnsweredAsync();
    }

    [Fact]
    public async Task the_view_follows_the_answer_until_the_person_scrolls_up()
    {
        world.SaysOnAndOn(string.Concat(Enumerable.Range(1, 30).Select(i => $"Paragraph {i}.\n\n")));
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        var page = desk.Page;
        await page.AskAsync("Hello");
        var jump = page.GetByRole(AriaRole.Button, new() { Name = "Jump to the end" });
        var first = page.GetByText("Paragraph 1.", new() { Exact = true });

        await Expect(page.GetByText("Paragraph 30.")).ToBeAttachedAsync();
        await GrowsAsync(page);
        (await page.Locator(".thread").EvaluateAsync<int>("t => t.scrollHeight - t.clientHeight - t.scrollTop"))
            .Should().BeLessThan(100, "the end is in sight");
        await Expect(jump).ToBeHiddenAsync();
        await page.Locator(".thread").HoverAsync();
        await page.Mouse.WheelAsync(0, -20000);
        await Expect(first).ToBeInViewportAsync();
        await GrowsAsync(page);
        await Expect(first).ToBeInViewportAsync();

        await jump.ClickAsync();

        await Expect(jump).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.AnsweredAsync();
        await Expect(page.Locator(".ending")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task a_long_answer_keeps_what_was_drawn()
    {
        world.SaysOnAndOn();
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await Expect(desk.Page.Locator(".prose p").Nth(2)).ToBeAttachedAsync();

        // A node that is drawn anew loses what a script has put on it.
        const string isMarked = "() => document.querySelector('.prose p').marked === true";
        await desk.Page.EvaluateAsync("() => { document.querySelector('.prose p').marked = true; }");
        await Expect(desk.Page.Locator(".prose p").Nth(5)).ToBeAttachedAsync();
        (await desk.Page.EvaluateAsync<bool>(isMarked)).Should().BeTrue();
        await desk.Page.Keyboard.PressAsync("Escape");
        await desk.Page.AnsweredAsync();
        (await desk.Page.EvaluateAsync<bool>(isMarked)).Should().BeTrue();
    }

    [Fact]
    public async Task an_answer_can_be_asked_for_again_and_a_question_otherwise()
    {
        world.Says("First answer.");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await desk.Page.AnsweredAsync();

        world.Says("Second answer.");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Ask again" }).ClickAsync();
        await Expect(desk.Page.Locator(".prose")).ToHaveTextAsync("Second answer.");
        await desk.Page.AnsweredAsync();

        world.Says("Third answer.");
        await desk.Page.Locator(".question").HoverAsync();
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Edit this question" }).ClickAsync();
        await desk.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your question" }).FillAsync("Good bye");
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Ask this instead" }).ClickAsync();

        await Expect(desk.Page.Locator(".prose")).ToHaveTextAsync("Third answer.");
        await Expect(desk.Page.Locator(".question .said")).ToHaveTextAsync("Good bye");
        await Expect(desk.Page.Answers()).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task what_the_model_is_told_is_the_conversation()
    {
        world.Says("An answer.");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        world.Gateway.Tally.KeepBodies = true;
        await desk.Page.AskAsync("First question");
        await desk.Page.AnsweredAsync();
        await desk.Page.AskAsync("Second question");
        await desk.Page.AnsweredAsync(1);

        var body = System.Text.Encoding.UTF8.GetString(world.Gateway.Tally.LastRequest!.Body!);

        Regex.Matches(body, "\"(user|assistant)\"|First question|An answer|Second question").Select(m => m.Value)
            .Should().BeEquivalentTo(["\"user\"", "First question", "\"assistant\"", "An answer", "\"user\"", "Second question"]);
    }

    [Fact]
    public async Task an_answer_and_its_code_can_be_copied()
    {
        world.Says("Use **this**:\n\n```sh\nls -l <dir>\n```\n");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await desk.Page.AnsweredAsync();

        await desk.Page.Locator("figure.code").GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(desk.Page.Locator("figure.code button")).ToHaveTextAsync("Copied");
        await desk.Page.Box().PressAsync("Control+v");
        await Expect(desk.Page.Box()).ToHaveValueAsync("ls -l <dir>");
        await desk.Page.Locator(".ending").GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(desk.Page.Locator(".ending").GetByText("Copied")).ToBeVisibleAsync();
        await desk.Page.Box().FillAsync("");
        await desk.Page.Box().PressAsync("Control+v");
        await Expect(desk.Page.Box()).ToHaveValueAsync("Use **this**:\n\n```sh\nls -l <dir>\n```\n");
    }

    [Fact]
    public async Task an_enter_that_ends_a_composition_sends_nothing()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.Box().FillAsync("かんじ");

        await desk.Page.Box().EvaluateAsync(
            "box => box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))");
        await desk.Page.Box().PressAsync("Shift+Enter");
        await desk.Page.Box().PressSequentiallyAsync("second line");

        await Expect(desk.Page.Box()).ToHaveValueAsync("かんじ\nsecond line");
        await Expect(desk.Page.Locator(".question")).ToHaveCountAsync(0);
    }

    private static async Task GrowsAsync(IPage page)
    {
        await Expect(page.Locator(".prose.growing")).ToHaveTextAsync(new Regex(@"word\d"));
        var length = (await page.Locator(".prose.growing").TextContentAsync())!.Length;
        await page.WaitForFunctionAsync("length => document.querySelector('.prose.growing')?.textContent.length > length", length);
    }
}

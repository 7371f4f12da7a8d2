using Latchkey.Desktop.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Shell;

/// <summary>The whole app without a pointer.</summary>
public sealed class KeyboardTests(Chromium chromium, World world) : IClassFixture<World>
{
    [Fact]
    public async Task everything_is_done_with_keys_alone()
    {
        world.Says("An answer with `code`:\n\n```sh\nls\n```\n");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        var page = desk.Page;
        var keys = page.Keyboard;

        await Expect(page.Box()).ToBeFocusedAsync();
        await keys.TypeAsync("First question");
        await keys.PressAsync("Enter");
        await page.AnsweredAsync();
        await Expect(page.Box()).ToBeFocusedAsync();

        await keys.PressAsync("Control+n");
        await Expect(page.Locator("h1")).ToHaveTextAsync("New conversation");
        await Expect(page.Box()).ToBeFocusedAsync();
        await keys.TypeAsync("Second question");
        await keys.PressAsync("Enter");
        await page.AnsweredAsync();

        await keys.PressAsync("Control+k");
        await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "Search" })).ToBeFocusedAsync();
        await keys.PressAsync("ArrowDown");
        await Expect(page.Locator("#found-1")).ToHaveAttributeAsync("aria-selected", "true");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("First question");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);

        // Rename and delete, by the head's buttons.
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename this conversation" }).FocusAsync();
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Title" })).ToBeFocusedAsync();
        await keys.PressAsync("Control+a");
        await keys.TypeAsync("Renamed");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Renamed");
        await keys.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete this conversation" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(page.Locator("h1")).ToHaveTextAsync("New conversation");
        await Expect(page.Box()).ToBeFocusedAsync();

        // Escape closes what is open and gives the focus back.
        await keys.PressAsync("Control+,");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Settings" })).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.Box()).ToBeFocusedAsync();
        await keys.PressAsync("Control+/");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard" })).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        desk.Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task every_control_has_its_turn_and_shows_that_it_has_the_focus()
    {
        world.Says("An answer.\n\n```sh\nls\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[link](https://a.example/)");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("A question");
        await desk.Page.AnsweredAsync();
        await desk.Page.ReloadAsync();
        await desk.Page.ReadyAsync();
        await desk.Page.AnsweredAsync();
        await desk.Page.Locator(".skip").FocusAsync();

        var turns = new List<string> { "Skip to the message box" };
        for (var i = 0; i < 40 && !turns.Contains("skip twice"); i++)
        {
            await desk.Page.Keyboard.PressAsync("Tab");
            var seen = await desk.Page.EvaluateAsync<string>(
                """
                () => {
                  const e = document.activeElement;
                  if (e === document.body) return 'skip twice';
                  const name = e.getAttribute('aria-label') ?? e.id ?? e.innerText;
                  const style = getComputedStyle(e);
                  const ring = style.outlineStyle !== 'none' || e.id === 'composer';
                  return (ring ? '' : 'NO RING ') + ((name || e.innerText).trim().split('\n')[0]);
                }
                """);
            turns.Add(seen);
        }

        turns.Should()
            .ContainInOrder("Skip to the message box", "New conversation", "Search", "A question", "Usage", "Settings", "Keyboard")
            .And.ContainInOrder(
                "Rename this conversation", "Delete this conversation", "Proxy is healthy and ready", "Edit this question", "Copy",
                "Code", "Table", "link", "Copy", "Ask again",
                "composer", "model", "Send");
        turns.Should().NotContain(turn => turn.StartsWith("NO RING", StringComparison.Ordinal));
    }

    [Fact]
    public async Task the_skip_link_leads_to_the_box()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.Locator(".skip").FocusAsync();
        await Expect(desk.Page.Locator(".skip")).ToBeInViewportAsync();

        await desk.Page.Keyboard.PressAsync("Enter");

        await Expect(desk.Page.Box()).ToBeFocusedAsync();
    }

    [Fact]
    public async Task a_screen_reader_is_told_once_when_an_answer_is_there()
    {
        world.Says(string.Concat(Enumerable.Repeat("word ", 30)), "event-delay=20");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.EvaluateAsync(
            """
            () => {
              window.told = [];
              new MutationObserver(() => {
                for (const region of document.querySelectorAll('[aria-live], [role=status], [role=alert]')) {
                  const text = region.textContent.trim();
                  if (text && window.told.at(-1) !== text && !window.told.includes(text)) window.told.push(text);
                }
              }).observe(document.body, { subtree: true, childList: true, characterData: true });
            }
            """);

        await desk.Page.AskAsync("Hello");
        await desk.Page.AnsweredAsync();

        var told = await desk.Page.EvaluateAsync<string[]>("() => window.told.filter(t => t.includes('Claude'))");
        told.Should().HaveCount(2);
        told[0].Should().Be("Claude is answering.");
        told[1].Should().StartWith("Claude has answered. word word");
    }
}

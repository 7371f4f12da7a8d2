using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Latchkey.Desktop.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Shell;

/// <summary>Every view by axe-core, in light and in dark, with a look at what the page asks for and complains of.</summary>
public sealed class AccessibilityTests(Chromium chromium, World world) : IClassFixture<World>
{
    private const string Answer = """
        ## Quick sort

        Quick sort takes **O(n log n)** on average and sorts `in place`. See [the article](https://en.wikipedia.org/wiki/Quicksort).

        1. Pick a pivot.
        2. Split:
           - smaller ones left,
           - larger ones right.
        3. Repeat with both parts.

        ```python
        def quicksort(xs: list[int]) -> list[int]:
            # nothing to do
            if len(xs) < 2:
                return xs
            pivot, *rest = xs
            return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])
        ```

        | case | time | note |
        |:-----|-----:|:----:|
        | best | n log n | usual |
        | worst | n² | sorted input |

        - [x] done
        - [ ] open

        > A quote.

        ```bash
        # run it
        python3 sort.py --count 10 "$HOME/data.txt"
        ```

        ```diff
        -old = sort(xs)
        +new = quicksort(xs)
        ```
        """;

    [Fact]
    public async Task every_view_is_clean_in_light_and_in_dark()
    {
        world.Says(Answer);
        await using var desk = await OpenApp.StartAsync(
            chromium, world.Address, window: new() { ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = 1100, Height = 760 } });
        var page = desk.Page;
        var found = new List<string>();
        Task LookAsync(string view) => LookAtAsync(page, view, found);

        await LookAsync("empty");
        await page.AskAsync("Explain quick sort, with code.");
        await page.AnsweredAsync();
        await LookAsync("answer");
        await page.Locator(".thread").EvaluateAsync("t => t.scrollTop = 0");
        await LookAsync("answer-top");
        world.Does("events=4000 event-delay=50");
        await page.AskAsync("And merge sort?");
        await Expect(page.Locator(".prose.growing")).ToBeVisibleAsync();
        await LookAsync("growing");
        await page.Keyboard.PressAsync("Escape");
        await page.AnsweredAsync(1);
        world.Does("status=529 x-should-retry=false message=Overloaded");
        await page.AskAsync("And heap sort?");
        await page.AnsweredAsync(2);
        await LookAsync("stopped-and-failed");

        await page.Locator("button.chip").ClickAsync();
        await LookAsync("status");
        await page.Keyboard.PressAsync("Escape");
        foreach (var (keys, view) in new[] { ("Control+k", "search"), ("Control+,", "settings"), ("Control+/", "keyboard") })
        {
            await page.Keyboard.PressAsync(keys);
            await page.GetByRole(AriaRole.Dialog).WaitForAsync();
            await LookAsync(view);
            await page.Keyboard.PressAsync("Escape");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Usage" }).ClickAsync();
        await page.GetByText("Models this month").WaitForAsync();
        await LookAsync("usage");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename this conversation" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await LookAsync("rename");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete this conversation" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).WaitForAsync();
        await LookAsync("deleted");

        found.Should().BeEmpty();
        desk.Complaints.Should().BeEmpty("the page loads nothing from elsewhere and breaks no rule of its own");
    }

    [Fact]
    public async Task the_first_run_is_clean_in_light_and_in_dark()
    {
        await using var desk = await OpenApp.StartAsync(chromium, gateway: null, window: new() { ReducedMotion = ReducedMotion.Reduce });
        var found = new List<string>();

        await LookAtAsync(desk.Page, "first-run", found);

        found.Should().BeEmpty();
        desk.Complaints.Should().BeEmpty();
    }

    [Theory]
    [InlineData(480, 720, "narrow")]
    [InlineData(550, 380, "zoomed")]
    public async Task a_narrow_or_zoomed_window_is_usable(int width, int height, string name)
    {
        world.Says(Answer);
        await using var desk = await OpenApp.StartAsync(chromium, world.Address,
            window: new() { ViewportSize = new() { Width = width, Height = height } });
        var page = desk.Page;
        await page.AskAsync("Explain quick sort, with code.");
        await page.AnsweredAsync();
        await page.PictureAsync(name);

        (await page.EvaluateAsync<bool>(
            """
            () => {
              const thread = document.querySelector('.thread');
              return document.documentElement.scrollWidth <= innerWidth && thread.scrollWidth <= thread.clientWidth;
            }
            """)).Should().BeTrue("nothing is cut off");
        await Expect(page.GetByRole(AriaRole.Navigation)).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show conversations" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Explain quick sort" })).ToBeInViewportAsync();
        await page.PictureAsync(name + "-list");
        (await page.RunAxe()).Violations.SelectMany(v => v.Nodes.Select(node => $"{v.Id}: {node.Html}")).Should().BeEmpty();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Navigation)).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Control+,");
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await page.PictureAsync(name + "-settings");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeInViewportAsync();
    }

    /// <summary>In light by all rules; in dark by what differs there, contrast.</summary>
    private static async Task LookAtAsync(IPage page, string view, List<string> found)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.PictureAsync(view + "-light");
        await LookAsync(new());
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.PictureAsync(view + "-dark");
        await LookAsync(new() { RunOnly = RunOnlyOptions.Rules("color-contrast") });

        async Task LookAsync(AxeRunOptions options) =>
            found.AddRange((await page.RunAxe(options)).Violations.SelectMany(v => v.Nodes.Select(node => $"{view}: {v.Id}: {node.Html}")));
    }
}

using System.Text.Json;
using Latchkey.Desktop.Tests.Support;

namespace Latchkey.Desktop.Tests.Chat;

public class ConversationTests(Chromium chromium)
{
    [Fact]
    public async Task a_question_is_answered()
    {
        await using var gateway = await Gateways.StartAsync();
        await using var app = await DesktopApp.StartAsync(gateway.Address);
        await using var window = await chromium.NewWindowAsync();
        var page = await app.OpenAsync(window);
        page.Console += (_, m) => TestContext.Current.SendDiagnosticMessage(m.Text);
        await page.PictureAsync("empty");

        var md = """"
            ## Sorting
            Quick sort takes **O(n log n)** on average and sorts `in place`. See [the article](https://en.wikipedia.org/wiki/Quicksort).

            1. Pick a pivot
            2. Split
               - smaller ones left
               - larger ones right
            3. Repeat

            ```python
            def quicksort(xs: list[int]) -> list[int]:
                """Sorts a copy."""
                if len(xs) < 2:
                    return xs  # nothing to do
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
            """";
        await page.AskAsync($"Explain quick sort, please. With code!\n[simulate: event-delay=5 text={JsonSerializer.Serialize(md)}]");

        await page.AnsweredAsync();
        await page.PictureAsync("answered");
        await page.EmulateMediaAsync(new() { ColorScheme = Microsoft.Playwright.ColorScheme.Dark });
        await page.PictureAsync("answered-dark");
        await page.AskAsync($"And merge sort?\n[simulate: event-delay=300 text={JsonSerializer.Serialize(md)}]");
        await page.Answers().Nth(1).Locator("li").First.WaitForAsync();
        await page.PictureAsync("growing-dark");
    }
}

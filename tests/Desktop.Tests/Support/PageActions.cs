using Latchkey.EndToEnd.Tests.Support;
using Microsoft.Playwright;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>What a person does on the page.</summary>
internal static class PageActions
{
    public static ILocator Box(this IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "Message to Claude" });

    public static ILocator Answers(this IPage page) => page.Locator("article.answer");

    /// <summary>Waits until the page's scripts are at work, and the models there.</summary>
    public static async Task ReadyAsync(this IPage page)
    {
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-ready", "");
        await Assertions.Expect(page.Box()).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#model option").First).Not.ToHaveTextAsync("Models…");
    }

    public static async Task AskAsync(this IPage page, string question)
    {
        await page.Box().FillAsync(question);
        await page.Box().PressAsync("Enter");
    }

    /// <summary>Waits until the answer with this number, from 0, has ended.</summary>
    public static Task AnsweredAsync(this IPage page, int number = 0) =>
        Assertions.Expect(page.Answers().Nth(number).Locator(".ending")).ToBeVisibleAsync();

    /// <summary>Keeps a picture of the page in <c>artifacts/desktop</c> of the working copy.</summary>
    public static Task PictureAsync(this IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Root, "artifacts", "desktop", name + ".png") });
}

using System.Text.RegularExpressions;
using Latchkey.Desktop.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Chat;

/// <summary>Finding, renaming and deleting conversations, in a real browser.</summary>
public sealed class ConversationListTests(Chromium chromium, World world) : IClassFixture<World>
{
    [Fact]
    public async Task a_conversation_is_renamed()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await AskAsync(desk.Page, "What are aqueducts?");

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Rename this conversation" }).ClickAsync();
        await desk.Page.GetByRole(AriaRole.Textbox, new() { Name = "Title" }).FillAsync("Rome");
        await desk.Page.Keyboard.PressAsync("Enter");

        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("Rome");
        await Expect(desk.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Rome" })).ToBeVisibleAsync();
        await Expect(desk.Page).ToHaveTitleAsync("Rome – Latchkey");
    }

    [Fact]
    public async Task a_deleted_conversation_comes_back_when_the_person_wants_so()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await AskAsync(desk.Page, "What are aqueducts?");

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Delete this conversation" }).ClickAsync();
        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("New conversation");
        await Expect(desk.Page.Locator("nav li")).ToHaveCountAsync(0);
        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("What are aqueducts?");
        await desk.Page.AnsweredAsync();
    }

    [Fact]
    public async Task search_finds_words_of_titles_and_answers_and_goes_there()
    {
        world.Says("They carried water over VIADUCTS of stone.");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await AskAsync(desk.Page, "What are aqueducts?");
        world.Says("It is a dye.");
        await desk.Page.Keyboard.PressAsync("Control+n");
        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("New conversation");
        await AskAsync(desk.Page, "And indigo?");

        await desk.Page.Keyboard.PressAsync("Control+k");
        var box = desk.Page.GetByRole(AriaRole.Combobox, new() { Name = "Search in titles and messages" });
        await Expect(box).ToBeFocusedAsync();
        await Expect(desk.Page.Locator("#found li")).ToHaveCountAsync(2);
        await desk.Page.Keyboard.TypeAsync("viaduct");
        await Expect(desk.Page.Locator("#found li")).ToHaveCountAsync(1);
        await Expect(desk.Page.Locator("[role=option] mark")).ToHaveTextAsync("VIADUCT");
        await desk.Page.Keyboard.PressAsync("Enter");

        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("What are aqueducts?");
        await Expect(desk.Page.Box()).ToBeFocusedAsync();
    }

    [Fact]
    public async Task a_conversation_keeps_its_model()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        var model = desk.Page.GetByRole(AriaRole.Combobox, new() { Name = "Model" });
        await Expect(model).ToHaveValueAsync("claude-sonnet-5-5");
        await model.SelectOptionAsync("claude-haiku-5-5");
        await AskAsync(desk.Page, "First");
        await Expect(desk.Page.Locator(".ending")).ToContainTextAsync("Claude Haiku 5.5");

        await desk.Page.Keyboard.PressAsync("Control+n");
        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("New conversation");
        await Expect(model).ToHaveValueAsync("claude-sonnet-5-5");
        await AskAsync(desk.Page, "Second");
        await Expect(desk.Page.Locator(".ending")).ToContainTextAsync("Claude Sonnet 5.5");

        await desk.Page.GetByRole(AriaRole.Link, new() { Name = "First" }).ClickAsync();
        await Expect(model).ToHaveValueAsync("claude-haiku-5-5");
    }

    [Fact]
    public async Task somebody_elses_words_stay_words()
    {
        const string attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        const string links = "[click](javascript:document.title='owned') ![x](https://tracker.example/p.png)";
        world.Says($"{attack}\n\n{links}\n\n```html\n{attack}\n```");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);

        await AskAsync(desk.Page, attack);

        await Expect(desk.Page.Locator("h1")).ToContainTextAsync("<img");
        await Expect(desk.Page.Locator(".said")).ToHaveTextAsync(attack);
        await Expect(desk.Page.Locator(".prose p").First).ToHaveTextAsync(attack);
        await desk.Page.Keyboard.PressAsync("Control+k");
        await Expect(desk.Page.GetByRole(AriaRole.Combobox, new() { Name = "Search" })).ToBeFocusedAsync();
        await desk.Page.Keyboard.TypeAsync("onerror");
        await Expect(desk.Page.Locator("[role=option] mark").First).ToHaveTextAsync("onerror");
        await Expect(desk.Page.Locator("main img, main script, dialog img, dialog script, a[href^=javascript]")).ToHaveCountAsync(0);
        (await desk.Page.TitleAsync()).Should().StartWith("<img");
        desk.Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task an_address_of_no_conversation_is_a_new_one()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);

        await desk.Page.GotoAsync(new Uri(desk.App.Address, "/c/4711").AbsoluteUri);

        await Expect(desk.Page).ToHaveURLAsync(desk.App.Address.AbsoluteUri);
        await Expect(desk.Page.Locator("h1")).ToHaveTextAsync("New conversation");
    }

    [Fact]
    public async Task two_windows_show_the_same()
    {
        await using var app = await DesktopApp.StartAsync(world.Address);
        await using var first = await OpenApp.OpenAsync(chromium, app);
        await using var second = await OpenApp.OpenAsync(chromium, app);

        await AskAsync(first.Page, "What are aqueducts?");
        await second.Page.GetByRole(AriaRole.Link, new() { Name = "What are aqueducts?" }).ClickAsync();

        await second.Page.AnsweredAsync();
        await Expect(second.Page.Locator(".prose")).ToHaveTextAsync(new Regex("."));
    }

    private static async Task AskAsync(IPage page, string question)
    {
        await page.AskAsync(question);
        await page.AnsweredAsync();
    }
}

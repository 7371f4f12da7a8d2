using Latchkey.Desktop.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Settings;

public sealed class SettingsDialogTests(Chromium chromium, World world) : IClassFixture<World>
{
    [Fact]
    public async Task the_theme_changes_at_once_and_stays()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address, window: new() { ColorScheme = ColorScheme.Light });
        var body = desk.Page.Locator("body");
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(252, 251, 249)");

        await desk.Page.Keyboard.PressAsync("Control+,");
        await desk.Page.GetByRole(AriaRole.Radio, new() { Name = "Dark" }).CheckAsync();

        await Expect(body).ToHaveCSSAsync("background-color", "rgb(27, 26, 24)");
        await desk.Page.ReloadAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(27, 26, 24)");
        await desk.Page.ReadyAsync();
        await desk.Page.Keyboard.PressAsync("Control+,");
        await desk.Page.GetByRole(AriaRole.Radio, new() { Name = "As the system" }).CheckAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(252, 251, 249)");
        await desk.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(27, 26, 24)");
    }

    [Fact]
    public async Task standing_instructions_and_the_default_model_go_with_the_next_question()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        world.Gateway.Tally.KeepBodies = true;

        await desk.Page.Keyboard.PressAsync("Control+,");
        await desk.Page.GetByLabel("Standing instructions").FillAsync("Answer in German.");
        await desk.Page.GetByLabel("Model of new conversations").SelectOptionAsync("claude-opus-5-5");
        await desk.Page.Keyboard.PressAsync("Escape");
        await desk.Page.AskAsync("Hello");
        await desk.Page.AnsweredAsync();

        var body = System.Text.Encoding.UTF8.GetString(world.Gateway.Tally.LastRequest!.Body!);
        body.Should().Contain("\"system\":\"Answer in German.\"").And.Contain("\"model\":\"claude-opus-5-5\"")
            .And.Contain("\"max_tokens\":16384");
        await Expect(desk.Page.Locator(".ending")).ToContainTextAsync("Claude Opus 5.5");
    }

    [Fact]
    public async Task where_things_are_is_told()
    {
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);

        await desk.Page.Keyboard.PressAsync("Control+,");

        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync(Path.Combine(desk.App.Folder, "desktop.db"));
        await Expect(dialog).ToContainTextAsync(world.Address.GetLeftPart(UriPartial.Authority));
        await Expect(dialog).ToContainTextAsync("Latchkey 0.1.0");
        await Expect(dialog.Locator(".facts").First).ToContainTextAsync(new System.Text.RegularExpressions.Regex("This device\\s*\\S{8,}"));
        await desk.Page.PictureAsync("settings");
    }
}

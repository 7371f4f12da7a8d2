using System.Net.Http.Json;
using Latchkey.Desktop.Tests.Support;
using Latchkey.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Latchkey.Desktop.Tests.Usage;

public sealed class UsageDialogTests(Chromium chromium, World world) : IClassFixture<World>
{
    [Fact]
    public async Task what_was_used_and_the_budgets_are_shown()
    {
        await BudgetAsync("mine", new { name = "Laptops", scope = "device", per_head = true, period = "month", limit_usd = 0.25 });
        await BudgetAsync("all", new { name = "Everybody", scope = "everything", period = "day", limit_usd = 5 });
        string[] members = ["another-device"];
        await BudgetAsync("others", new { name = "Others", scope = "device", members, per_head = true, period = "month", limit_usd = 1 });
        world.Does("output-tokens=15000");
        await using var desk = await OpenApp.StartAsync(chromium, world.Address);
        await desk.Page.AskAsync("Hello");
        await desk.Page.AnsweredAsync();
        await world.Gateway.LedgerAsync(rows: 2);

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Usage" }).ClickAsync();

        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Region, new() { Name = "Today" })).ToContainTextAsync("$0.15");
        await Expect(dialog.GetByRole(AriaRole.Region, new() { Name = "This month", Exact = true }))
            .ToContainTextAsync("Tokens written15,000");
        await Expect(dialog.GetByRole(AriaRole.Row, new() { Name = "Claude Sonnet 5.5" })).ToContainTextAsync("$0.15");
        await Expect(dialog.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Laptops" }))
            .ToContainTextAsync("$0.15 of $0.25 this month");
        await Expect(dialog.GetByRole(AriaRole.Img, new() { Name = "Laptops: 60 % used" })).ToBeVisibleAsync();
        await Expect(dialog.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Everybody" }))
            .ToContainTextAsync("shared with others; begins anew on");
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveCountAsync(2);
        await Expect(dialog.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await desk.Page.PictureAsync("usage");
    }

    [Fact]
    public async Task figures_that_cant_be_had_are_asked_for_again()
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var desk = await OpenApp.StartAsync(chromium, gateway.Address);
        await gateway.StopAsync();

        await desk.Page.GetByRole(AriaRole.Button, new() { Name = "Usage" }).ClickAsync();

        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("can't be reached");
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
    }

    private async Task BudgetAsync(string id, object budget)
    {
        using var put = new HttpRequestMessage(HttpMethod.Put, $"/admin/budgets/{id}") { Content = JsonContent.Create(budget) };
        put.Headers.Authorization = new("Bearer", TestGateway.OperatorKey);
        using var answer = await world.Gateway.Http.SendAsync(put);
        answer.EnsureSuccessStatusCode();
    }
}

using System.Net;
using System.Text.Json;
using Latchkey.Claude;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.Prices;
using Latchkey.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Gateway.Tests.Prices;

public sealed class PricesThroughGatewayTests : IDisposable
{
    private const string Call = "[simulate: usage={\"input_tokens\":30,\"output_tokens\":21}]";

    private readonly PriceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task a_call_after_a_reload_is_priced_by_the_new_book_and_says_so()
    {
        _folder.WriteOverrides(PriceFolder.Overrides("acme-1", discountBasisPoints: 1500));
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Prices:OverridesFile", _folder.OverridesPath)]);
        var token = await gateway.TokenAsync();

        var before = await RowOfCallAsync(gateway, token);
        before["cost_nano_usd"].Should().Be(((30 * 4000) + (21 * 20_000)) * 85 / 100L);
        before["price_version"].Should().BeOfType<string>().Which.Should().StartWith(PriceBook.Default.Version + "+acme-1@");

        _folder.RenameOverrides(PriceFolder.Overrides("acme-2", markUpBasisPoints: 1000));
        await WaitAsync(gateway, state => state.Book.Version.EndsWith("+acme-2", StringComparison.Ordinal));

        var after = await RowOfCallAsync(gateway, token);
        after["cost_nano_usd"].Should().Be(((30 * 4000) + (21 * 20_000)) * 110 / 100L);
        after["price_version"].Should().Be(gateway.Services.GetRequiredService<PriceBooks>().Current.PriceVersion);
    }

    [Fact]
    public async Task a_bad_file_is_a_warning_for_as_long_as_it_lasts_and_calls_go_on()
    {
        _folder.WriteOverrides(PriceFolder.Overrides("acme-1"));
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Prices:OverridesFile", _folder.OverridesPath)]);
        var token = await gateway.TokenAsync();
        (await WarningsAsync(gateway)).Should().BeEmpty();

        _folder.WriteOverrides("{");
        await WaitAsync(gateway, state => state.Problem is not null);

        (await WarningsAsync(gateway)).Should().ContainSingle().Which.Should().Contain("price file").And.NotContain(_folder.OverridesPath);
        (await RowOfCallAsync(gateway, token))["price_version"].Should().BeOfType<string>().Which.Should().Contain("+acme-1@");
        var problem = (await AskAsync(gateway)).GetProperty("problem");
        problem.GetProperty("detail").GetString().Should().StartWith($"PRICE_OVERRIDES: {_folder.OverridesPath}: ");

        _folder.WriteOverrides(PriceFolder.Overrides("acme-2", discountBasisPoints: 1));
        await WaitAsync(gateway, state => state.Problem is null);

        (await WarningsAsync(gateway)).Should().BeEmpty();
        (await AskAsync(gateway)).GetProperty("problem").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task a_row_is_of_one_book_however_often_books_are_swapped_meanwhile()
    {
        await using var gateway = await TestGateway.StartAsync();
        var token = await gateway.TokenAsync();
        var books = gateway.Services.GetRequiredService<PriceBooks>();
        PriceBook[] swapped = [PriceBook.Default, Twice()];

        var calls = Task.WhenAll(Enumerable.Range(0, 60).Select(_ => gateway.Http.SendAsync(
            TestGateway.Call(token, "/v1/messages", TestGateway.Message(Call, stream: true, model: "claude-opus-5-5")))));
        for (var i = 0; !calls.IsCompleted; i++)
        {
            books.Replace(swapped[i % 2]);
            await Task.Yield();
        }

        (await calls).Should().OnlyContain(r => r.StatusCode == HttpStatusCode.OK);
        var rows = await gateway.LedgerAsync(rows: 60);
        rows.Select(r => ((string)r["price_version"]!, (long)r["cost_nano_usd"]!)).Distinct().Should().BeSubsetOf(
            [(swapped[0].PriceVersion, 540_000), (swapped[1].PriceVersion, 1_080_000)]);
    }

    [Fact]
    public async Task operators_see_every_model_with_its_rates()
    {
        _folder.WriteBook(PriceFolder.Book("book-1", opusInput: 4500));
        _folder.WriteOverrides(PriceFolder.Overrides("acme-1", 1500, 200, PriceFolder.Model("claude-own-1", "own", 125)));
        await using var gateway = await TestGateway.StartAsync(
            [("Latchkey:Prices:File", _folder.BookPath), ("Latchkey:Prices:OverridesFile", _folder.OverridesPath)]);

        var report = await AskAsync(gateway);

        report.GetProperty("price_version").GetString().Should().StartWith("book-1+acme-1@");
        report.GetProperty("since").GetString().Should().EndWith("Z");
        report.GetProperty("source").GetRawText().Should().Contain("\"file\"").And.Contain(_folder.BookPath).And.Contain(_folder.OverridesPath);
        report.GetProperty("discount_basis_points").GetInt64().Should().Be(1500);
        report.GetProperty("mark_up_basis_points").GetInt64().Should().Be(200);
        var models = report.GetProperty("models").EnumerateArray().ToDictionary(m => m.GetProperty("id").GetString()!);
        models.Keys.Should().BeEquivalentTo([.. PriceBook.Default.Models.Select(m => m.Id), "claude-own-1"]);
        var opus = models["claude-opus-5-5"];
        opus.GetProperty("aliases").EnumerateArray().Select(a => a.GetString()).Should().Equal("opus");
        opus.GetProperty("status").GetString().Should().Be("current");
        opus.GetProperty("standard").GetProperty("nano_dollars_per_token").GetProperty("input").GetDecimal().Should().Be(4500);
        opus.GetProperty("standard").GetProperty("usd_per_million_tokens").GetProperty("input").GetDecimal().Should().Be(4.5m);
        opus.GetProperty("fast").GetProperty("usd_per_million_tokens").GetProperty("cache_write_5m").GetDecimal().Should().Be(10);
        models["claude-haiku-5-5"].GetProperty("long_prompts")[0].GetProperty("above_prompt_tokens").GetInt64().Should().Be(100_000);
        models["claude-own-1"].GetProperty("standard").GetProperty("usd_per_million_tokens").GetProperty("cache_read").GetDecimal().Should().Be(0.125m);
    }

    [Fact]
    public async Task without_files_the_book_of_the_program_is_in_force()
    {
        await using var gateway = await TestGateway.StartAsync();

        var report = await AskAsync(gateway);

        report.GetProperty("price_version").GetString().Should().Be(PriceBook.Default.PriceVersion);
        report.GetProperty("source").GetProperty("book").GetString().Should().Be("embedded");
        report.GetProperty("source").GetProperty("file").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task a_bad_file_at_the_start_is_refused_in_one_line()
    {
        _folder.WriteBook("{\"version\":\n");
        var start = () => TestGateway.StartAsync([("Latchkey:Prices:File", _folder.BookPath)]);

        (await start.Should().ThrowAsync<SettingException>()).Which.Message.Should()
            .StartWith($"PRICES_FILE: {_folder.BookPath}: ").And.NotContain("\n");
    }

    private static PriceBook Twice()
    {
        PriceBook.Default.TryWithOverrides(new PriceOverrides { Version = "twice", MarkUpBasisPoints = 10_000 }, out var book, out _).Should().BeTrue();
        return book!;
    }

    private static async Task<Dictionary<string, object?>> RowOfCallAsync(TestGateway gateway, string token)
    {
        using var response = await gateway.Http.SendAsync(
            TestGateway.Call(token, "/v1/messages", TestGateway.Message(Call, stream: true, model: "claude-opus-5-5")));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        var id = response.Headers.GetValues("x-latchkey-request-id").Single();
        return (await gateway.LedgerAsync()).Single(r => (string)r["request_id"]! == id);
    }

    private static async Task WaitAsync(TestGateway gateway, Predicate<PricesState> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds(gateway.Services.GetRequiredService<PriceReload>().State))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(TestGateway gateway) =>
        [.. JsonDocument.Parse(await gateway.Http.GetStringAsync("/readyz")).RootElement.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()!)];

    private static async Task<JsonElement> AskAsync(TestGateway gateway)
    {
        using var response = await gateway.Http.SendAsync(TestGateway.Call(TestGateway.OperatorKey, "/admin/prices"));
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}

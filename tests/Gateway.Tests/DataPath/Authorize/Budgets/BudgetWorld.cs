using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Tokens;
using Latchkey.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Latchkey.Gateway.Tests.DataPath.Authorize.Budgets;

/// <summary>Budgets over HTTP, as an operator sets them and sees them.</summary>
internal static class BudgetWorld
{
    /// <summary>A token that says whatever a test wants it to.</summary>
    public static string Token(this TestGateway gateway, string device = "budget-device-01", string? user = null, string? org = null, decimal? spendCap = null) =>
        gateway.Services.GetRequiredService<WrapperTokenMint>().Renew(Some.Caller(device, user, org, spendCap)).WrapperToken;

    public static async Task<JsonNode> PutBudgetAsync(this TestGateway gateway, string id, object budget)
    {
        using var call = Operator(HttpMethod.Put, $"/admin/budgets/{id}");
        call.Content = JsonContent.Create(budget);
        using var answer = await gateway.Http.SendAsync(call);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public static async Task<JsonNode> GetBudgetAsync(this TestGateway gateway, string id)
    {
        using var answer = await gateway.Http.SendAsync(Operator(HttpMethod.Get, $"/admin/budgets/{id}"));
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>How a shared budget stands, in US dollars.</summary>
    public static async Task<(decimal Spent, decimal Reserved, decimal Left)> StandAsync(this TestGateway gateway, string id)
    {
        var account = (await gateway.GetBudgetAsync(id))["accounts"]![0]!;
        return (account["spent_usd"]!.GetValue<decimal>(), account["reserved_usd"]!.GetValue<decimal>(), account["left_usd"]!.GetValue<decimal>());
    }

    /// <summary>Waits until nothing is held: calls settle a moment after their clients have left.</summary>
    public static async Task RestAsync(this TestGateway gateway, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await gateway.StandAsync(id)).Reserved != 0)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>All that was ever written down, in US dollars.</summary>
    public static async Task<decimal> LedgerCostAsync(this TestGateway gateway) =>
        (await gateway.LedgerAsync()).Sum(row => row.Number("cost_nano_usd")) / 1_000_000_000m;

    /// <summary>Data of what the outside is told, the oldest first.</summary>
    public static async Task<IReadOnlyList<JsonElement>> EventsAsync(this TestGateway gateway)
    {
        await gateway.Services.GetRequiredService<IUsageLedger>().FlushAsync(CancellationToken.None);
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(gateway.DataDirectory, "latchkey.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT data FROM outgoing_event ORDER BY seq";
        await using var row = await command.ExecuteReaderAsync();
        var events = new List<JsonElement>();
        while (await row.ReadAsync())
        {
            events.Add(JsonDocument.Parse(row.GetString(0)).RootElement);
        }

        return events;
    }

    public static HttpRequestMessage Operator(HttpMethod method, string path)
    {
        var call = new HttpRequestMessage(method, path);
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        return call;
    }

    /// <summary>A message with this much text before the Simulator's directives.</summary>
    public static HttpRequestMessage Message(string token, string simulate, int maxTokens, bool stream = false, int textBytes = 0, string model = "claude-opus-5-5") =>
        TestGateway.Call(token, "/v1/messages", TestGateway.Message($"{new string('x', textBytes)} [simulate: {simulate}]", stream, model, maxTokens));

    public static JsonElement Error(this Delivered answer) => JsonDocument.Parse(answer.Text).RootElement.GetProperty("error");
}

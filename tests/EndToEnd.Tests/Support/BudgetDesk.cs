using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Support;

/// <summary>Budgets over HTTP, as its operator sets them and sees them.</summary>
internal sealed class BudgetDesk(HttpClient http, Uri gateway)
{
    public async Task PutAsync(string id, JsonObject budget)
    {
        using var call = Call(HttpMethod.Put, id);
        call.Content = JsonContent.Create(budget);
        using var answer = await http.SendAsync(call);
        answer.IsSuccessStatusCode.Should().BeTrue(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>How one account stands: of a shared budget, or of one head.</summary>
    public async Task<BudgetStand> ReadAsync(string id, string head = "")
    {
        using var answer = await http.SendAsync(Call(HttpMethod.Get, head.Length == 0 ? id : $"{id}?head={head}"));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.Should().BeTrue(text);
        var json = JsonNode.Parse(text)!;
        var account = json["accounts"]!.AsArray().Single()!;
        return new BudgetStand(
            json["budget"]!["limit_usd"]!.GetValue<decimal>(), account["spent_usd"]!.GetValue<decimal>(), account["reserved_usd"]!.GetValue<decimal>());
    }

    private HttpRequestMessage Call(HttpMethod method, string id)
    {
        var call = new HttpRequestMessage(method, new Uri(gateway, $"/admin/budgets/{id}"));
        call.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        return call;
    }
}

/// <summary>An account of a budget, in US dollars.</summary>
internal sealed record BudgetStand(decimal Limit, decimal Spent, decimal Reserved);

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.Admin;

/// <summary>What operators do by HTTP.</summary>
internal static class OperatorCalls
{
    public static async Task<(int Status, JsonElement Answer)> AskAsync(this TestGateway gateway, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestGateway.OperatorKey);
        using var response = await gateway.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Does what must work.</summary>
    public static async Task<JsonElement> DoAsync(this TestGateway gateway, string path, string reason = "a test")
    {
        var (status, answer) = await gateway.AskAsync(HttpMethod.Post, path, new { reason });
        status.Should().Be(200, "{0}: {1}", path, answer);
        return answer;
    }

    /// <summary>Status of an ordinary call with a token.</summary>
    public static async Task<int> CallAsync(this TestGateway gateway, string token, string path = "/v1/models")
    {
        using var response = await gateway.Http.SendAsync(TestGateway.Call(token, path));
        return (int)response.StatusCode;
    }

    /// <summary>Status and body of <c>POST /refresh</c>.</summary>
    public static async Task<(int Status, JsonElement Answer)> RefreshAsync(this TestGateway gateway, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/refresh");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await gateway.Http.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Status and body of <c>POST /bootstrap</c>.</summary>
    public static async Task<(int Status, JsonElement Answer)> BootstrapAsync(this TestGateway gateway, object body)
    {
        using var response = await gateway.Http.PostAsJsonAsync("/bootstrap", body);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }
}

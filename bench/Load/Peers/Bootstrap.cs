using System.Text.Json;

namespace Latchkey.Load.Peers;

/// <summary>Gets the wrapper tokens of some devices, as every client of the old proxy and of Latchkey does.</summary>
internal static class Bootstrap
{
    /// <summary>A header line for each device.</summary>
    public static async Task<IReadOnlyList<string>> HeadersAsync(HttpClient http, int devices)
    {
        var headers = new List<string>();
        for (var device = 0; device < devices; device++)
        {
            using var answer = await http.PostAsJsonAsync("/bootstrap", new { device_id = $"device-{device:D8}" });
            answer.EnsureSuccessStatusCode();
            headers.Add($"Authorization: Bearer {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("wrapper_token").GetString()}");
        }

        return headers;
    }
}

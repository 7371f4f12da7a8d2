using System.Net;
using System.Net.Http.Json;
using System.Text;
using Latchkey.Protocol;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Durability;

/// <summary>One message to Claude that can be told from all others on every side: by the client's session.</summary>
internal static class PaidCall
{
    public const string IdHeader = "x-claude-code-session-id";

    private const string StreamsLastEvent = "data: {\"type\":\"message_stop\"}\n\n";

    public static async Task<string> TokenAsync(HttpClient http, Uri gateway, string device = "durable-device-01")
    {
        using var response = await http.PostAsJsonAsync(new Uri(gateway, "/bootstrap"), new { device_id = device });
        return (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.TokenResponse))!.WrapperToken;
    }

    public static HttpRequestMessage Of(Uri gateway, string token, string id, bool stream, string text)
    {
        var call = TestGateway.Call(token, "/v1/messages", TestGateway.Message(text, stream));
        call.RequestUri = new Uri(gateway, "/v1/messages");
        call.Headers.Add(IdHeader, id);
        return call;
    }

    /// <summary>Makes the call and reads as much of the answer as comes.</summary>
    public static async Task<PaidAnswer> MakeAsync(HttpClient http, Uri gateway, string token, string id, bool stream, string text)
    {
        using var call = Of(gateway, token, id, stream, text);
        HttpResponseMessage? response = null;
        var body = new MemoryStream();
        try
        {
            response = await http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead);
            await response.Content.CopyToAsync(body);
            return Answer(whole: true);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Answer(whole: false);
        }
        finally
        {
            response?.Dispose();
        }

        PaidAnswer Answer(bool whole)
        {
            var received = Encoding.UTF8.GetString(body.ToArray());

            // A reader of events is done with the last one; how the connection ends after it is nothing to it.
            var complete = whole || (stream && received.EndsWith(StreamsLastEvent, StringComparison.Ordinal));
            return new PaidAnswer(id, stream, response?.StatusCode, RequestIdOf(response), received, complete);
        }
    }

    private static string? RequestIdOf(HttpResponseMessage? response) =>
        response is not null && response.Headers.TryGetValues("request-id", out var values) ? values.Single() : null;
}

/// <summary>What a client has got for one call.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Stream">Whether it asked for events.</param>
/// <param name="Status">Null when not even the head came.</param>
/// <param name="UpstreamRequestId">The upstream's name for it, when the head came.</param>
/// <param name="Body">As much of the body as came.</param>
/// <param name="Whole">Nothing is missing from it.</param>
internal sealed record PaidAnswer(string Id, bool Stream, HttpStatusCode? Status, string? UpstreamRequestId, string Body, bool Whole);

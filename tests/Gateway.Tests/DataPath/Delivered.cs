using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Latchkey.TestKit;

namespace Latchkey.Gateway.Tests.DataPath;

/// <summary>What a client got: the head, every byte that came, and whether the connection told it that this was all.</summary>
internal sealed record Delivered(HttpResponseMessage Head, byte[] Body, bool BrokeOff)
{
    public HttpStatusCode Status => Head.StatusCode;

    public string Text => Encoding.UTF8.GetString(Body);

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Body));

    /// <summary>The gateway's id of the exchange.</summary>
    public string Id => Header("x-latchkey-request-id") ?? throw new InvalidOperationException("The answer has no x-latchkey-request-id.");

    /// <summary>The upstream's.</summary>
    public string UpstreamId => Header("request-id") ?? throw new InvalidOperationException("The answer has no request-id.");

    public string? Header(string name) =>
        Head.Headers.NonValidated.TryGetValues(name, out var values) || Head.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    public static async Task<Delivered> ReadAsync(HttpResponseMessage head)
    {
        var body = new MemoryStream();
        try
        {
            await (await head.Content.ReadAsStreamAsync()).CopyToAsync(body);
            return new Delivered(head, body.ToArray(), BrokeOff: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new Delivered(head, body.ToArray(), BrokeOff: true);
        }
    }
}

/// <summary>What the tests of the data path do all the time.</summary>
internal static class Calls
{
    /// <summary>The head as soon as it is there.</summary>
    public static Task<HttpResponseMessage> OpenAsync(this TestGateway gateway, HttpRequestMessage call, CancellationToken leave = default) =>
        gateway.Http.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, leave);

    /// <summary>The whole answer, however it ends.</summary>
    public static async Task<Delivered> SendAsync(this TestGateway gateway, HttpRequestMessage call) =>
        await Delivered.ReadAsync(await gateway.OpenAsync(call));

    /// <summary>A message with directives for the Simulator.</summary>
    public static HttpRequestMessage Message(string token, string simulate = "", bool stream = false, string model = "claude-sonnet-5-5") =>
        TestGateway.Call(
            token,
            "/v1/messages",
            TestGateway.Message(simulate.Length == 0 ? "Hello" : $"Hello [simulate: {simulate}]", stream, model));

    /// <summary>The ledger's row of one exchange, which settles a moment after its client has left.</summary>
    public static async Task<Dictionary<string, object?>> RowOfAsync(this TestGateway gateway, string requestId)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if ((await gateway.LedgerAsync()).SingleOrDefault(r => (string?)r["request_id"] == requestId) is { } row)
            {
                return row;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    public static long Number(this Dictionary<string, object?> row, string column) => Convert.ToInt64(row[column], CultureInfo.InvariantCulture);
}

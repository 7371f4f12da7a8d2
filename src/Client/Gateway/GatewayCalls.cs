using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Authentication;
using System.Text.Json;
using Latchkey.Protocol;

namespace Latchkey.Client.Gateway;

/// <summary>The three calls that a desktop makes to a gateway for itself: bootstrap, refresh, health.</summary>
internal sealed class GatewayCalls(LatchkeyOptions options, HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly HttpClient _http = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswerBytes };

    public async Task<GatewayReply> BootstrapAsync(string deviceId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.BootstrapUrl);
        var body = new BootstrapRequest
        {
            DeviceId = deviceId,
            AppVersion = options.AppVersion,
            AppChannel = options.AppChannel,
            EnrollmentCode = options.EnrollmentCode,
        };
        request.Content = JsonContent.Create(body, ProtocolJson.Default.BootstrapRequest);
        return await AskAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Renews a wrapper token: by the refresh token, where the gateway gave one, else by itself.</summary>
    public async Task<GatewayReply> RefreshAsync(string token, string? refreshToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.RefreshAddress);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (refreshToken is not null)
        {
            request.Content = JsonContent.Create(new RefreshRequest { RefreshToken = refreshToken }, ProtocolJson.Default.RefreshRequest);
        }

        return await AskAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when it is healthy, else what is wrong, in a few words.</summary>
    public async Task<string?> HealthAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, options.HealthAddress);
        using var patience = new CancellationTokenSource(options.HealthTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK ? null : $"it answers {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Late(options.HealthTimeout);
        }
        catch (HttpRequestException e)
        {
            return Reason(e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<GatewayReply> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.TokenTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => Read(body, response.Headers.Date),
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                    new GatewayReply.Away(Said(body) ?? $"it answers {(int)response.StatusCode}", Wait(response)),
                >= HttpStatusCode.BadRequest =>
                    new GatewayReply.Refused((int)response.StatusCode, Said(body) ?? $"it answers {(int)response.StatusCode}"),
                _ => new GatewayReply.Away($"it answers {(int)response.StatusCode}, as a gateway doesn't"),
            };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new GatewayReply.Away(Late(options.TokenTimeout));
        }
        catch (HttpRequestException e)
        {
            return new GatewayReply.Away(Reason(e));
        }
    }

    private GatewayReply Read(byte[] body, DateTimeOffset? now)
    {
        TokenResponse? answer;
        try
        {
            answer = JsonSerializer.Deserialize(body, ProtocolJson.Default.TokenResponse);
        }
        catch (JsonException)
        {
            // A hotel's sign-in page answers everything with 200.
            answer = null;
        }

        if (answer is not { WrapperToken.Length: > 0 }
            || !DateTimeOffset.TryParse(answer.ExpiresAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            || !Uri.TryCreate(answer.ProxyBaseUrl, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return new GatewayReply.Away("what answers there isn't a gateway");
        }

        return options.BootstrapUrl!.Scheme == "https" && address.Scheme == "http" && !address.IsLoopback
            ? new GatewayReply.Refused((int)HttpStatusCode.OK, $"it wants calls sent to {address.GetLeftPart(UriPartial.Authority)}, unencrypted. Its PROXY_BASE_URL should begin with https")
            : new GatewayReply.Granted(answer, now);
    }

    private TimeSpan? Wait(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } after ? null
        : after.Delta ?? (after.Date is { } date ? date - (response.Headers.Date ?? time.GetUtcNow()) : null);

    /// <summary>The words of a problem (RFC 9457) or of an error in Anthropic's shape; null when the body has none.</summary>
    private static string? Said(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null
                : root.TryGetProperty("detail", out var detail) ? detail.GetString()
                : root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? message.GetString()
                : root.TryGetProperty("title", out var title) ? title.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Late(TimeSpan patience) => $"it doesn't answer within {patience.TotalSeconds:0.#} s";

    private static string Reason(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its name isn't known here (DNS)",
        HttpRequestError.SecureConnectionError when e.InnerException is AuthenticationException inner => $"its certificate isn't trusted here: {inner.Message}",
        HttpRequestError.SecureConnectionError => "no secure connection can be made (TLS)",
        HttpRequestError.ConnectionError => "no connection can be made",
        HttpRequestError.ProxyTunnelError => "this network's proxy doesn't let it through",
        HttpRequestError.ConfigurationLimitExceeded => "its answer is too long for a gateway's",
        _ => "the connection breaks",
    };
}

using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Gateway.Tokens.Revocation;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Tokens.Bootstrap;

/// <summary><c>POST /bootstrap</c>: a device gets its first wrapper token.</summary>
internal static class BootstrapEndpoint
{
    private const int MaxBody = 8192;

    public static async Task<IResult> HandleAsync(
        HttpContext http, TokenThrottle throttle, Revocations revocations, DeviceRegistry devices, WrapperTokenMint mint, ILogger<WrapperTokenMint> log)
    {
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "unknown";
        if (await throttle.TakeAsync(address, bootstrap: true, http.RequestAborted) is { } pause)
        {
            return TokenProblems.TooMany(http, pause);
        }

        // A page in a browser can post text without asking; only JSON makes it ask first (CORS).
        if (!http.Request.HasJsonContentType())
        {
            return TokenProblems.Because(StatusCodes.Status415UnsupportedMediaType, "Send the request as content-type application/json.");
        }

        if (http.Request.Headers.ContentEncoding.Count > 0)
        {
            return TokenProblems.Because(StatusCodes.Status415UnsupportedMediaType, "Send the body without content-encoding.");
        }

        var body = new byte[MaxBody + 1];
        int length;
        try
        {
            length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        }
        catch (IOException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // Kestrel's BadHttpRequestException is one of them.
            http.Response.Headers.Connection = "close";
            return TokenProblems.Because(StatusCodes.Status400BadRequest, "The request's body is malformed or came too slowly.");
        }

        if (length > MaxBody)
        {
            return TokenProblems.Because(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {MaxBody} bytes.");
        }

        var (request, about, problem) = BootstrapBody.Read(body.AsMemory(0, length));
        if (request is null)
        {
            return TokenProblems.Because(StatusCodes.Status400BadRequest, problem!);
        }

        if (revocations.StateOf(request.DeviceId) is not DeviceState.Active and var state)
        {
            log.DeviceStopped(request.DeviceId, state);
            return TokenProblems.Stopped();
        }

        await devices.SeenAsync(
            new Device
            {
                Id = request.DeviceId,
                Name = about!.Name,
                Platform = about.Platform,
                AppVersion = request.AppVersion,
                AppChannel = request.AppChannel,
                EnrolledBy = "open",
            },
            http.RequestAborted);
        log.Bootstrapped(request.DeviceId, request.AppVersion ?? "-");
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(mint.ForDevice(request.DeviceId), ProtocolJson.Default.TokenResponse);
    }
}

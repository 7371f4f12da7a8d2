using System.Globalization;
using Latchkey.Claude;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>The one place where a refusal of <c>/v1</c> becomes bytes: Anthropic's error shape, so that every client shows its words.</summary>
internal static class ErrorWriter
{
    /// <summary>Writes the refusal unless the answer has begun; then nothing can be said any more.</summary>
    public static async Task WriteAsync(HttpContext http, Refusal refusal, string requestId)
    {
        var response = http.Response;
        if (response.HasStarted)
        {
            return;
        }

        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        response.Headers["request-id"] = requestId;
        response.Headers[RequestId.Header] = requestId;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (refusal.RetryAfter is { } pause)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (refusal.ShouldRetry is { } retry)
        {
            response.Headers["x-should-retry"] = retry ? "true" : "false";
        }

        var body = new System.Buffers.ArrayBufferWriter<byte>(512);
        ClaudeErrors.Write(body, refusal.Type, refusal.Message, requestId);
        response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await response.Body.WriteAsync(body.WrittenMemory, http.RequestAborted);
        }
    }
}

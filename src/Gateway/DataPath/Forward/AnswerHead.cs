using System.Net.Http.Headers;
using Latchkey.Gateway.DataPath.Authorize;
using Microsoft.Extensions.Primitives;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>The head of an answer on its way from the upstream to the client.</summary>
internal static class AnswerHead
{
    /// <summary>Status and allowed headers of the upstream, the caller's own standing, and nothing else.</summary>
    public static void Write(HttpResponse client, HttpResponseMessage upstream, CallerStanding standing, string requestId)
    {
        client.StatusCode = (int)upstream.StatusCode;
        Copy(upstream.Headers.NonValidated);
        Copy(upstream.Content.Headers.NonValidated);

        // Clients log it and support asks for it: there is one even when the upstream sent none.
        client.Headers.TryAdd("request-id", requestId);
        client.Headers.CacheControl = "no-store";
        client.Headers.XContentTypeOptions = "nosniff";

        // An event stream may be ended by an event of ours: only its end tells how long it is.
        client.ContentLength = MediaTypeOf(upstream) is "text/event-stream" ? null : upstream.Content.Headers.ContentLength;
        foreach (var (name, value) in standing.Headers())
        {
            client.Headers[name] = value;
        }

        void Copy(HttpHeadersNonValidated headers)
        {
            foreach (var (name, values) in headers)
            {
                if (!HeaderPolicy.GoesToClient(name))
                {
                    continue;
                }

                StringValues copied = values.Count == 1 ? values.ToString() : new StringValues([.. values]);
                if (HeaderPolicy.CanBeAnswered(copied))
                {
                    client.Headers[name] = copied;
                }
            }
        }
    }

    /// <summary>Media type without parameters, in lower case.</summary>
    public static string? MediaTypeOf(HttpResponseMessage upstream) => upstream.Content.Headers.ContentType?.MediaType?.ToLowerInvariant();

    /// <summary>The upstream's own id of the exchange.</summary>
    public static string? RequestIdOf(HttpResponseMessage upstream) =>
        upstream.Headers.NonValidated.TryGetValues("request-id", out var values) && values.ToString() is { Length: > 0 and <= 128 } id ? id : null;

    /// <summary>Value of <c>content-encoding</c>, or null.</summary>
    public static string? CodingOf(HttpResponseMessage upstream) =>
        upstream.Content.Headers.NonValidated.TryGetValues("content-encoding", out var values) ? values.ToString() : null;
}

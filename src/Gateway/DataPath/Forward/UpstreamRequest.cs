using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>Makes the request that goes upstream: the table's path, the allowed headers, the client's own bytes.</summary>
internal static class UpstreamRequest
{
    /// <summary>The request, still without a key.</summary>
    public static HttpRequestMessage Of(HttpRequest client, AcceptedRequest request, Upstream upstream)
    {
        var message = new HttpRequestMessage(HttpMethod.Parse(request.Route.Method), upstream.AddressOf(request.Match.UpstreamPath, request.Query))
        {
            Version = upstream.PreferredVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        foreach (var (name, values) in client.Headers)
        {
            if (HeaderPolicy.GoesUpstream(name) && HeaderPolicy.IsClean(values))
            {
                message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        // Uncompressed, so that every byte can be metered as it passes.
        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        if (request.Body is { } body && (body.Length > 0 || HttpMethods.IsPost(request.Route.Method)))
        {
            // Pooled memory: HttpClient sends this kind of content to its end, or gives it up, before it returns the answer's
            // head. Content of our own could still be on its way beside the answer (HTTP/2), when the pool has it again.
            message.Content = new ReadOnlyMemoryContent(body.Memory);
            if (client.ContentType is { } contentType && HeaderPolicy.IsClean(contentType))
            {
                message.Content.Headers.TryAddWithoutValidation("content-type", contentType);
            }
        }

        return message;
    }
}

using System.Net.Http.Headers;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>
/// Asks the upstream's <c>count_tokens</c>: free, with limits of its own, so that it touches neither breakers nor the rest that a key takes for
/// a model's limit, like the clients' own counts.
/// </summary>
internal sealed class UpstreamTokenCount(
    Upstream upstream, UpstreamClient client, UpstreamKeyPool keys, IOptions<ForwardOptions> options, TimeProvider time) : ITokenCount
{
    private const string Path = "/v1/messages/count_tokens";

    /// <summary>Longest answer that is read; a count has 30 bytes.</summary>
    private const int MaxAnswer = 16 * 1024;

    /// <inheritdoc/>
    public async ValueTask<long?> CountAsync(Caller caller, AcceptedRequest request, IHeaderDictionary headers, CancellationToken cancellation)
    {
        if (request is not { Route.Kind: RouteKind.Messages, Body: { } message }
            || TokenCountBody.Of(message.Memory.Span) is not { } body
            || keys.Pick(caller.DeviceId, request.Peeked?.Model) is not KeyChoice.Picked key)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(options.Value.TokenCountTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var call = Call(request.Query, headers, body);
            MasterKeyHandler.Use(call, key.Key);
            using var response = await client.SendAsync(call, either.Token);
            if ((int)response.StatusCode is (401 or 403) and var refusal)
            {
                keys.Refused(key, refusal);
                return null;
            }

            keys.Accepted(key);
            return response.IsSuccessStatusCode ? await ReadAsync(response.Content, either.Token) : null;
        }
        catch (Exception e) when (AnswerRelay.IsBreak(e) && !cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Only the headers that decide what the body means: the rest describes, or identifies, the message itself.</summary>
    private HttpRequestMessage Call(string query, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var call = new HttpRequestMessage(HttpMethod.Post, upstream.AddressOf(Path, query))
        {
            Version = upstream.PreferredVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(body),
        };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach (var name in (ReadOnlySpan<string>)["anthropic-version", "anthropic-beta"])
        {
            if (headers.TryGetValue(name, out var values) && HeaderPolicy.IsClean(values))
            {
                call.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return call;
    }

    private static async Task<long?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var reader = new JsonUsageReader();
        var body = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[1024];
        int read;
        for (var length = 0; length < MaxAnswer && !reader.IsComplete && (read = await body.ReadAsync(buffer, cancellation)) > 0; length += read)
        {
            reader.Read(buffer.AsSpan(0, read));
        }

        return reader.IsComplete ? reader.Complete().CountedInputTokens : null;
    }
}

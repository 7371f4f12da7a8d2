using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>1 Accept: how big is it, which route, which model?</summary>
internal sealed class AcceptStage(RoutePolicy routes, IOptions<AcceptOptions> options, TimeProvider time)
{
    private const int MaxClientIdLength = 128;

    /// <summary>Above it, looking through a body takes so long that the socket's thread is left for it.</summary>
    private const int LargeBody = 256 * 1024;

    // They choose whose workspace or profile pays and reads; on a shared key that is the operator's to say.
    private static readonly string[] TenantHeaders = ["anthropic-workspace-id", "anthropic-user-profile-id", "anthropic-organization-id"];

    /// <summary>The request's head: its route and that its headers can be passed on. Nothing of the body is read.</summary>
    public (AcceptedRequest? Request, Refusal? Refusal) Open(HttpContext http, string id)
    {
        var (match, refusal) = routes.Find(http.Request.Method, http.Request.Path.Value ?? "");
        if (match is null)
        {
            return (null, refusal);
        }

        var headers = http.Request.Headers;
        if (headers.ContentEncoding.Count > 0 && headers.ContentEncoding != "identity")
        {
            return (null, Refusal.ContentEncoding());
        }

        if (headers["anthropic-version"] is { Count: > 1 })
        {
            return (null, Refusal.BadRequest("anthropic-version: send exactly one value."));
        }

        foreach (var name in TenantHeaders)
        {
            if (headers.ContainsKey(name))
            {
                return (null, Refusal.Policy($"The header {name} isn't allowed: the gateway's operator chooses the workspace."));
            }
        }

        return (
            new AcceptedRequest
            {
                Id = id,
                StartedAt = time.GetUtcNow(),
                StartedTicks = time.GetTimestamp(),
                Match = match,
                Query = http.Request.QueryString.Value ?? "",
                Address = http.Connection.RemoteIpAddress,
                ClientSessionId = ClientId(headers["x-claude-code-session-id"]),
                ClientAgentId = ClientId(headers["x-claude-code-agent-id"]),
                ClientParentAgentId = ClientId(headers["x-claude-code-parent-agent-id"]),
            },
            null);
    }

    /// <summary>Reads the body and finds in it what policy and meter need. Called once the caller is known: a stranger's bytes cost nothing.</summary>
    public async ValueTask<Refusal?> ReadBodyAsync(HttpContext http, AcceptedRequest request)
    {
        var limit = options.Value.MaxPayloadSize;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            // Ours is the one limit, with the one message.
            size.MaxRequestBodySize = null;
        }

        try
        {
            request.Body = await RequestBody.ReadAsync(http.Request.Body, http.Request.ContentLength, limit, http.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return Refusal.SlowBody();
        }
        catch (BadHttpRequestException)
        {
            return MalformedFraming(http);
        }
        catch (IOException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // A chunk size that overflows is no BadHttpRequestException to Kestrel, but it is the client's mistake too.
            return MalformedFraming(http);
        }

        if (request.Body is null)
        {
            return Refusal.PayloadTooLarge(limit);
        }

        if (!request.Route.NamesModels)
        {
            return null;
        }

        if (!IsJson(http.Request.ContentType))
        {
            return Refusal.BadRequest("content-type must be application/json.");
        }

        if (request.Body.Length > LargeBody)
        {
            await Task.Yield();
        }

        switch (BodyPeek.Read(new ReadOnlySequence<byte>(request.Body.Memory), KindOf(request.Route.Kind)))
        {
            case PeekResult.Peeked peeked:
                request.Peeked = peeked.Body;
                return null;
            case PeekResult.Malformed malformed:
                return Refusal.MalformedBody(malformed.Message);
            default:
                throw new InvalidOperationException("Unknown result of a peek.");
        }
    }

    private static Refusal MalformedFraming(HttpContext http)
    {
        // Where the next request on this connection begins, nobody can say.
        http.Response.Headers.Connection = "close";
        return Refusal.BadRequest("The request's body is malformed.");
    }

    private static BodyKind KindOf(RouteKind kind) => kind switch
    {
        RouteKind.Messages => BodyKind.Messages,
        RouteKind.CountTokens => BodyKind.CountTokens,
        RouteKind.Complete => BodyKind.Complete,
        RouteKind.BatchCreate => BodyKind.Batch,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This route's body names no model."),
    };

    private static bool IsJson(string? contentType) =>
        contentType is "application/json"
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
            && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase)));

    private static string? ClientId(string? text) =>
        text is null || text.Length is 0 or > MaxClientIdLength || text.AsSpan().ContainsAnyExceptInRange('!', '~') ? null : text;
}

using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Latchkey.Client.Http;

/// <summary>
/// Sends a call wherever the way to Claude leads at the moment, with the key that is good there. The call's own address counts from its path on;
/// whatever credential it carries is replaced.
/// </summary>
internal sealed class LatchkeyHandler(LatchkeyClient client, HttpMessageHandler inner, ILogger log) : DelegatingHandler(inner)
{
    private const string ApiKeyHeader = "x-api-key";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        if (request.Content is not (null or ByteArrayContent or ReadOnlyMemoryContent))
        {
            // Sent a second time after a 401, it has to be the same bytes.
            await request.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        }

        var access = await client.GetAccessAsync(cancellationToken).ConfigureAwait(false);
        var response = await SendAsync(request, target, access, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || access.IsDirect
            || await client.RenewAfterAsync(access, cancellationToken).ConfigureAwait(false) is not { } renewed)
        {
            return response;
        }

        log.RetriedWithNewToken();
        response.Dispose();
        return await SendAsync(request, target, renewed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Uri target, LatchkeyAccess access, CancellationToken cancellationToken)
    {
        Direct(request, target, access);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (NeverArrived(e) && !access.IsDirect)
        {
            // Nothing was sent, so that another way may be tried without doing anything twice.
            if (await client.OtherWayAsync(cancellationToken).ConfigureAwait(false) is not { } other)
            {
                throw new LatchkeyException(client.Status, e);
            }

            Direct(request, target, other);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (!access.IsDirect)
        {
            client.Suspect();
            throw;
        }
    }

    private static void Direct(HttpRequestMessage request, Uri target, LatchkeyAccess access)
    {
        request.RequestUri = new Uri(access.BaseAddress + target.PathAndQuery);
        request.Headers.Host = null;
        request.Headers.Remove(ApiKeyHeader);
        request.Headers.Authorization = null;
        if (access.IsDirect)
        {
            request.Headers.TryAddWithoutValidation(ApiKeyHeader, access.RevealKey());
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.RevealKey());
        }
    }

    private static bool NeverArrived(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}

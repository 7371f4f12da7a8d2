namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>
/// Attaches the master key as the last step before the socket, and only to the configured upstream: whatever happened to
/// the request on the way, no other host gets it.
/// </summary>
internal sealed class MasterKeyHandler(Upstream upstream, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly HttpRequestOptionsKey<UpstreamKey> KeyOption = new("latchkey.upstream-key");

    public static void Use(HttpRequestMessage message, UpstreamKey key) => message.Options.Set(KeyOption, key);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } address
            || !string.Equals(address.Authority, upstream.Origin.Authority, StringComparison.OrdinalIgnoreCase)
            || address.Scheme != upstream.Origin.Scheme)
        {
            throw new InvalidOperationException("A request was about to leave for another host than the upstream.");
        }

        if (!request.Options.TryGetValue(KeyOption, out var key))
        {
            throw new InvalidOperationException("A request was about to leave without an upstream key.");
        }

        request.Headers.Remove("x-api-key");
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("x-api-key", key.Reveal());
        return base.SendAsync(request, cancellationToken);
    }
}

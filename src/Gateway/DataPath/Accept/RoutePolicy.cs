using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>
/// Which calls pass: a constant table plus what the operator adds. Upstream paths come from it, so that no spelling of a
/// client's path can reach another endpoint with the master key.
/// </summary>
internal sealed class RoutePolicy
{
    private const int MaxIdLength = 128;

    private static readonly ApiRoute[] Table =
    [
        new("messages", "POST", "/v1/messages", RouteKind.Messages),
        new("count_tokens", "POST", "/v1/messages/count_tokens", RouteKind.CountTokens),
        new("complete", "POST", "/v1/complete", RouteKind.Complete),
        new("models.list", "GET", "/v1/models", RouteKind.Models),
        new("models.get", "GET", "/v1/models/{id}", RouteKind.Models),
        new("batches.create", "POST", "/v1/messages/batches", RouteKind.BatchCreate),
        new("batches.list", "GET", "/v1/messages/batches", RouteKind.Shared),
        new("batches.get", "GET", "/v1/messages/batches/{id}", RouteKind.Batch),
        new("batches.delete", "DELETE", "/v1/messages/batches/{id}", RouteKind.Batch),
        new("batches.cancel", "POST", "/v1/messages/batches/{id}/cancel", RouteKind.Batch),
        new("batches.results", "GET", "/v1/messages/batches/{id}/results", RouteKind.BatchResults),
        new("files.create", "POST", "/v1/files", RouteKind.FileCreate),
        new("files.list", "GET", "/v1/files", RouteKind.Shared),
        new("files.get", "GET", "/v1/files/{id}", RouteKind.File),
        new("files.delete", "DELETE", "/v1/files/{id}", RouteKind.File),
        new("files.content", "GET", "/v1/files/{id}/content", RouteKind.File),
    ];

    private readonly Dictionary<(string Path, string Method), ApiRoute> _exact = [];
    private readonly Dictionary<string, ApiRoute[]> _withId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);

    public RoutePolicy(IOptions<AcceptOptions> options)
    {
        foreach (var route in Table.Concat(options.Value.ParseExtraRoutes()))
        {
            var at = route.Template.IndexOf("{id}", StringComparison.Ordinal);
            if (at < 0)
            {
                _exact[(route.Template, route.Method)] = route;
                _paths.Add(route.Template);
                continue;
            }

            var prefix = route.Template[..at];
            _withId[prefix] = [.. _withId.GetValueOrDefault(prefix, []), route];
        }
    }

    /// <summary>The route of a canonical path, or the refusal: 404 for an unknown path, 405 for a known one with another method.</summary>
    public (RouteMatch? Match, Refusal? Refusal) Find(string method, string path)
    {
        if (_exact.TryGetValue((path, method), out var exact))
        {
            return (new RouteMatch(exact, null), null);
        }

        var known = _paths.Contains(path);
        foreach (var (prefix, routes) in _withId)
        {
            if (!path.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var route in routes)
            {
                var suffix = route.Template.AsSpan(prefix.Length + "{id}".Length);
                if (!path.AsSpan(prefix.Length).EndsWith(suffix, StringComparison.Ordinal))
                {
                    continue;
                }

                var id = path.AsSpan(prefix.Length, path.Length - prefix.Length - suffix.Length);
                if (!IsId(id))
                {
                    continue;
                }

                if (route.Method == method)
                {
                    return (new RouteMatch(route, id.ToString()), null);
                }

                known = true;
            }
        }

        return (null, known ? Refusal.MethodNotAllowed(method) : Refusal.UnknownRoute());
    }

    private static bool IsId(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty || id.Length > MaxIdLength)
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or ':'))
            {
                return false;
            }
        }

        // "." and ".." are collapsed by Uri: they would reach another endpoint.
        return !id.Trim('.').IsEmpty;
    }
}

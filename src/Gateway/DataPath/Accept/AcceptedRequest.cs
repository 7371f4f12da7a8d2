using System.Net;

namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>A request that may be looked at: its route is known and, once <see cref="Body"/> is there, what it asks for.</summary>
internal sealed class AcceptedRequest : IDisposable
{
    /// <summary>The gateway's id of the exchange.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The same instant on the monotonic clock.</summary>
    public required long StartedTicks { get; init; }

    public required RouteMatch Match { get; init; }

    /// <summary>The query as sent, with its <c>?</c>; empty without one.</summary>
    public required string Query { get; init; }

    /// <summary>Address of the client, as far as trusted proxies tell; null on a Unix socket.</summary>
    public required IPAddress? Address { get; init; }

    /// <summary>Claude Code's session, if it says so.</summary>
    public string? ClientSessionId { get; init; }

    /// <summary>Claude Code's sub-agent, if it says so.</summary>
    public string? ClientAgentId { get; init; }

    /// <summary>That sub-agent's parent, if it says so.</summary>
    public string? ClientParentAgentId { get; init; }

    /// <summary>The body; null until it was read and for routes without one.</summary>
    public RequestBody? Body { get; set; }

    /// <summary>What was found in the body; null for routes that name no model.</summary>
    public PeekedBody? Peeked { get; set; }

    public ApiRoute Route => Match.Route;

    public void Dispose() => Body?.Dispose();
}

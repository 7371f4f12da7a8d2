namespace Latchkey.Gateway.DataPath.Accept;

/// <summary>What a route means to the stages behind.</summary>
internal enum RouteKind
{
    Messages,
    CountTokens,
    Complete,
    Models,
    BatchCreate,
    BatchResults,
    Batch,
    FileCreate,
    File,
    Shared,
    Other,
}

/// <summary>One call of Anthropic's API that passes.</summary>
/// <param name="Id">Stable name for logs, metrics and rows; never the client's own text.</param>
/// <param name="Method">The one HTTP method.</param>
/// <param name="Template">Path upstream; <c>{id}</c> stands for one checked segment.</param>
/// <param name="Kind">What it means to the stages behind.</param>
internal sealed record ApiRoute(string Id, string Method, string Template, RouteKind Kind)
{
    /// <summary>Whether a call of it can cost money by itself.</summary>
    public bool Billable => Kind is RouteKind.Messages or RouteKind.Complete or RouteKind.BatchCreate or RouteKind.Other;

    /// <summary>Whether the body is JSON that names models.</summary>
    public bool NamesModels => Kind is RouteKind.Messages or RouteKind.CountTokens or RouteKind.Complete or RouteKind.BatchCreate;
}

/// <summary>A route that a request has matched, with the id from its path.</summary>
/// <param name="Route">The route.</param>
/// <param name="ResourceId">The path's <c>{id}</c>, already checked to be harmless.</param>
internal sealed record RouteMatch(ApiRoute Route, string? ResourceId)
{
    /// <summary>The path to call upstream: from the table, never the client's own spelling.</summary>
    public string UpstreamPath { get; } = ResourceId is null ? Route.Template : Route.Template.Replace("{id}", ResourceId, StringComparison.Ordinal);
}

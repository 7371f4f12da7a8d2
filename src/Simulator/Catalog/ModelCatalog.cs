namespace Latchkey.Simulator.Catalog;

/// <summary>The models that the simulator lists. Calls may name any other: what is allowed is the gateway's business.</summary>
internal static class ModelCatalog
{
    public static readonly IReadOnlyList<ModelInfo> All =
    [
        new("claude-opus-5-5", "Claude Opus 5.5", "2026-09-15T00:00:00Z", 1_000_000),
        new("claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-09-01T00:00:00Z", 1_000_000),
        new("claude-haiku-5-5", "Claude Haiku 5.5", "2026-10-01T00:00:00Z", 1_000_000),
        new("claude-fable-5-2", "Claude Fable 5.2", "2026-10-10T00:00:00Z", 1_000_000),
        new("claude-opus-5", "Claude Opus 5", "2026-04-01T00:00:00Z", 1_000_000),
        new("claude-sonnet-5", "Claude Sonnet 5", "2026-03-01T00:00:00Z", 1_000_000),
        new("claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-01T00:00:00Z", 1_000_000),
        new("claude-opus-4-5-20251101", "Claude Opus 4.5", "2025-11-01T00:00:00Z", 200_000),
        new("claude-haiku-4-5-20251001", "Claude Haiku 4.5", "2025-10-01T00:00:00Z", 200_000),
        new("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "2025-09-29T00:00:00Z", 200_000),
    ];

    /// <summary>The model with this id, or whose dated id this is the alias of.</summary>
    public static ModelInfo? Find(string id) =>
        All.FirstOrDefault(model => model.Id == id || (model.Id.Length == id.Length + "-20250929".Length && model.Id.StartsWith(id + "-20", StringComparison.Ordinal)));
}

/// <param name="Id">As requests name it.</param>
/// <param name="DisplayName">As people read it.</param>
/// <param name="CreatedAt">RFC 3339.</param>
/// <param name="MaxInputTokens">The context window.</param>
internal sealed record ModelInfo(string Id, string DisplayName, string CreatedAt, int MaxInputTokens);

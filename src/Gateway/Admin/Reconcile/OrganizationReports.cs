namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>What Anthropic says of the organisation in a period.</summary>
internal sealed record OrganizationReports(IReadOnlyList<ListedKey> Keys, IReadOnlyList<ReportedUsage> Usage, IReadOnlyList<ReportedCost> Costs);

/// <summary>A key of the organisation; a null workspace is the default one.</summary>
internal sealed record ListedKey(string Id, string? Name, string? Hint, string? WorkspaceId);

/// <summary>What a key used of a model in a day; a null key is the console.</summary>
internal sealed record ReportedUsage(DateOnly Day, string? ApiKeyId, string? WorkspaceId, string? Model, TokenKinds Tokens);

/// <summary>What a workspace cost in a day, in nano-dollars.</summary>
internal sealed record ReportedCost(DateOnly Day, string? WorkspaceId, decimal NanoDollars);

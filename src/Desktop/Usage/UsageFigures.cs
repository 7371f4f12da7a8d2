namespace Latchkey.Desktop.Usage;

/// <summary>What this device has used, as the gateway counts it.</summary>
/// <param name="Today">Since midnight here.</param>
/// <param name="Month">Since the first of the month here.</param>
/// <param name="Models">The month's, dearest first.</param>
/// <param name="Budgets">Those that this device draws on.</param>
public sealed record UsageFigures(UsageSum Today, UsageSum Month, IReadOnlyList<ModelSum> Models, IReadOnlyList<BudgetStanding> Budgets);

/// <summary>A sum over calls.</summary>
public sealed record UsageSum(long Requests, long InputTokens, long OutputTokens, decimal CostUsd);

/// <summary>What one model was used for.</summary>
public sealed record ModelSum(string Model, long Requests, decimal CostUsd);

/// <summary>A budget and how it stands.</summary>
/// <param name="Name">As the operator calls it.</param>
/// <param name="LimitUsd">US dollars a period.</param>
/// <param name="SpentUsd">Spent of it, and held by calls under way.</param>
/// <param name="Share">Spent of the limit, 0 to 1.</param>
/// <param name="Period">Such as "this month".</param>
/// <param name="IsShared">Others draw on it too.</param>
/// <param name="ResetsAt">When it begins anew; null for one that doesn't, or bit by bit.</param>
public sealed record BudgetStanding(
    string Name, decimal LimitUsd, decimal SpentUsd, decimal Share, string Period, bool IsShared, DateTimeOffset? ResetsAt);

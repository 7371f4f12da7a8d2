namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>A settled row, as budgets count it.</summary>
/// <param name="RequestId">Its exchange.</param>
/// <param name="Spender">Whose.</param>
/// <param name="Model">On what, by the price book's id.</param>
/// <param name="Admitted">When the call was admitted.</param>
/// <param name="NanoDollars">What it cost.</param>
internal readonly record struct SpentRow(string RequestId, Spender Spender, string Model, DateTimeOffset Admitted, long NanoDollars);

namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>What was spent before, by the ledger: every budget's account begins with it. The room Storage implements it.</summary>
internal interface ISpendHistory
{
    /// <summary>What the rows say that a budget's head has spent, from one state of the ledger.</summary>
    /// <param name="budget">Whose scope and models are asked for.</param>
    /// <param name="head">Of a budget per head, which one; empty otherwise.</param>
    /// <param name="from">First instant.</param>
    /// <param name="to">First instant that is too late; null for no end.</param>
    /// <param name="arrivals">Asked once the state is fixed: exchanges that were settled meanwhile. The answer says which of them are in it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="SpendUnknownException">The ledger can't be read.</exception>
    Task<SpendState> ReadAsync(
        Budget budget, string head, DateTimeOffset from, DateTimeOffset? to, Func<IReadOnlyCollection<string>> arrivals, CancellationToken cancellation);
}

/// <summary>One state of the ledger.</summary>
/// <param name="ByHour">Nano-dollars by the hour's beginning for a rolling period; a single entry, at the window's beginning, for the others.</param>
/// <param name="Included">Those of the arrivals that are in it.</param>
/// <param name="Others">The same of other gateways, which isn't in <paramref name="ByHour"/>; null when nothing is known of them.</param>
internal sealed record SpendState(
    IReadOnlyDictionary<DateTimeOffset, long> ByHour, IReadOnlySet<string> Included, IReadOnlyDictionary<DateTimeOffset, long>? Others = null);

/// <summary>What was spent can't be read, so that nobody can say whether there is money left.</summary>
internal sealed class SpendUnknownException(string message, Exception cause) : Exception(message, cause);

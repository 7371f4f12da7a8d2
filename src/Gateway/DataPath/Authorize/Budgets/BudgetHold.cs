namespace Latchkey.Gateway.DataPath.Authorize.Budgets;

/// <summary>
/// What one call holds of every budget that it draws on. The book changes it; whoever has it must settle it once. It lives in the
/// process that made it: when that dies nothing is held any more, and what the call had used is settled from the journal.
/// </summary>
internal sealed class BudgetHold(DateTimeOffset admitted, IReadOnlyList<BudgetHold.Share> shares)
{
    public static BudgetHold Nothing { get; } = new(default, []);

    /// <summary>When the call was admitted: its money counts in the windows of that instant.</summary>
    public DateTimeOffset Admitted { get; } = admitted;

    public IReadOnlyList<Share> Shares { get; } = shares;

    /// <summary>Whether an answer's length matters: some budget holds only a slice of it.</summary>
    public bool Grows
    {
        get
        {
            foreach (var share in Shares)
            {
                if (share.Mode is BudgetMode.Rolling)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public bool Settled { get; set; }

    /// <summary>One budget's part.</summary>
    internal sealed class Share(BudgetAccount account, BudgetMode mode, long limit)
    {
        public BudgetAccount Account { get; } = account;

        public BudgetMode Mode { get; } = mode;

        /// <summary>Nano-dollars.</summary>
        public long Limit { get; } = limit;

        /// <summary>Nano-dollars; 0 for a soft budget.</summary>
        public long Held { get; set; }
    }
}

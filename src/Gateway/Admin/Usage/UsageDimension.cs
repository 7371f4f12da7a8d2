namespace Latchkey.Gateway.Admin.Usage;

/// <summary>What sums can be grouped by.</summary>
internal enum UsageDimension
{
    Device,
    User,
    Organization,
    Model,

    /// <summary>Whole hours since 1970, UTC.</summary>
    Hour,

    /// <summary>Whole days since 1970, UTC.</summary>
    Day,

    /// <summary>Short hash of the upstream key that paid.</summary>
    Key,

    /// <summary>Claude Code's session.</summary>
    Session,

    /// <summary>Claude Code's sub-agent.</summary>
    Agent,
    ParentAgent,
}

using Latchkey.Gateway.DataPath.Authorize.Budgets;

namespace Latchkey.Gateway.Storage.Usage;

/// <summary>One thing on its way from the journal to the store.</summary>
/// <param name="Seq">Its number in the journal.</param>
/// <param name="Item">What it is.</param>
/// <param name="Id">Its id there.</param>
/// <param name="Kind">The rest of its key; empty for an event.</param>
/// <param name="ShippedAt">When the store had it last, microseconds since 1970; null when it hasn't been there yet.</param>
/// <param name="Values">Its columns in the order of its table: strings, longs and nulls; null when the journal has it no more.</param>
internal sealed record Shipment(long Seq, ShipmentItem Item, string Id, string Kind, long? ShippedAt, object?[]? Values);

internal enum ShipmentItem
{
    /// <summary>A usage row: the columns of <see cref="UsageColumns"/>.</summary>
    Usage,

    /// <summary>What others are told: id, type, at, data.</summary>
    Event,

    /// <summary>Whose batch or file: kind, resource_id, device_id, created_at.</summary>
    Ownership,
}

/// <summary>What waits in the journal.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="OldestAt">When the oldest was written, microseconds since 1970.</param>
/// <param name="Refused">How many the store didn't take; they don't count as waiting.</param>
internal readonly record struct ShipmentBacklog(long Count, long? OldestAt, long Refused);

/// <summary>What a row cost that waits in the journal.</summary>
/// <param name="RequestId">Its exchange.</param>
/// <param name="Kind">The rest of its key.</param>
/// <param name="Spender">Whose money.</param>
/// <param name="Model">On what, by the price book's id.</param>
/// <param name="StartedAt">When the call was admitted, microseconds since 1970.</param>
/// <param name="CostNanoDollars">Of a correction, the difference.</param>
internal sealed record WaitingSpend(string RequestId, string Kind, Spender Spender, string Model, long StartedAt, long CostNanoDollars);

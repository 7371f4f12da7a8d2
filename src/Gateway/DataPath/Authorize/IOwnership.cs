namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>
/// Who made what on the shared upstream key. Anthropic shows a workspace's batches and files to every key of the
/// workspace, so that without this record any device could read another's. The room Storage implements it.
/// </summary>
internal interface IOwnership
{
    /// <summary>Whether this device made the resource. False when nobody knows: what can't be vouched for is refused.</summary>
    ValueTask<bool> OwnsAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation);

    /// <summary>Remembers who made it; durable when it completes.</summary>
    ValueTask RecordAsync(string deviceId, OwnedKind kind, string resourceId, CancellationToken cancellation);
}

/// <summary>What can be owned.</summary>
internal enum OwnedKind
{
    Batch,
    File,
}

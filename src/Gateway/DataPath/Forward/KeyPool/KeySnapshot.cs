namespace Latchkey.Gateway.DataPath.Forward.KeyPool;

internal enum KeyState
{
    Ready,
    Refused,
}

/// <summary>One key, for operators; never the key itself.</summary>
/// <param name="Fingerprint">First 8 hex digits of the key's SHA-256.</param>
/// <param name="State">Refused: the upstream answered 401 or 403 and the key rests for every model.</param>
/// <param name="Until">When a refused key is tried again, else null.</param>
/// <param name="RateLimited">Models for which the key waits for its limit, by name.</param>
internal sealed record KeySnapshot(string Fingerprint, KeyState State, DateTimeOffset? Until, IReadOnlyList<ModelRest> RateLimited);

/// <summary>A key's wait for one model; a null model stands for the calls that name none.</summary>
internal sealed record ModelRest(string? Model, DateTimeOffset Until);

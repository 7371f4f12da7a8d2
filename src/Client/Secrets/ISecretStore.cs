namespace Latchkey.Client.Secrets;

/// <summary>
/// Keeps small secrets of one person: the operating system's own store, or files that only that person reads.
/// <see cref="SecretRules"/> says which names and values there are. Thread-safe, and safe beside other processes that use the same store.
/// </summary>
internal interface ISecretStore
{
    /// <summary>What it is, for <c>status</c> and <c>doctor</c>: "Secret Service", "files in …".</summary>
    string Description { get; }

    /// <summary>The secret of that name, or null when there is none.</summary>
    /// <exception cref="SecretStoreException">The store can't be used: locked, away, no right to.</exception>
    ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Keeps a secret; one of the same name is replaced whole, so that a reader sees the old or the new one.</summary>
    /// <exception cref="SecretStoreException">The store can't be used, or the value isn't one that it keeps.</exception>
    ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Forgets a secret; does nothing when there is none.</summary>
    /// <exception cref="SecretStoreException">The store can't be used.</exception>
    ValueTask DeleteAsync(string name, CancellationToken cancellationToken);
}

using System.Collections.Concurrent;
using Latchkey.Client.Secrets;

namespace Latchkey.Client.Tests.Support;

/// <summary>A store of secrets that several clients of a test share, and that can fail.</summary>
internal sealed class MemorySecrets : ISecretStore
{
    public ConcurrentDictionary<string, string> Kept { get; } = new();

    public bool Fails { get; set; }

    public string Description => "memory";

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken) =>
        Fails ? throw new SecretStoreException("The store is locked.") : ValueTask.FromResult(Kept.GetValueOrDefault(name));

    public ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        Kept[name] = Fails ? throw new SecretStoreException("The store is locked.") : value;
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Kept.TryRemove(name, out _);
        return ValueTask.CompletedTask;
    }
}

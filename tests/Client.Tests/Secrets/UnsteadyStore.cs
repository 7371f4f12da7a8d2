using System.Collections.Concurrent;
using Latchkey.Client.Secrets;

namespace Latchkey.Client.Tests.Secrets;

/// <summary>A store in memory that can be away, and in whose calls the process can die.</summary>
internal sealed class UnsteadyStore(string description) : ISecretStore
{
    public ConcurrentDictionary<string, string> Secrets { get; } = [];

    public bool IsAway { get; set; }

    /// <summary>Does what is asked before it says that it is away, as a store that answers too late.</summary>
    public bool IsLate { get; set; }

    /// <summary>Called at each change, before and after it is made.</summary>
    public Action Step { get; set; } = () => { };

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public string Description => description;

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(() => Secrets.GetValueOrDefault(name));

    public async ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken) =>
        await AskAsync(() => Change(() => Secrets[name] = value));

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken) =>
        await AskAsync(() => Change(() => Secrets.TryRemove(name, out _)));

    private bool Change(Action change)
    {
        Step();
        change();
        Step();
        return true;
    }

    private async ValueTask<T> AskAsync<T>(Func<T> answer)
    {
        await Task.Yield();
        Asked++;
        if (IsAway && IsLate)
        {
            answer();
        }

        return IsAway ? throw new SecretStoreException($"{description} is away.") : answer();
    }
}

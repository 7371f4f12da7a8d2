using Tmds.DBus.Protocol;

namespace Latchkey.Client.Secrets;

/// <summary>
/// The keyring of a Linux desktop (GNOME Keyring, KWallet, KeePassXC) by the freedesktop Secret Service. It never asks the person: a locked
/// keyring is an error, since who uses this may have no window and no time.
/// </summary>
internal sealed class SecretServiceStore(string busAddress, TimeSpan? patience = null, TimeProvider? time = null) : ISecretStore
{
    private const int Searches = 3;

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(2);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    public string Description => "Secret Service";

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        SecretRules.CheckName(name);
        return AskAsync(async service => SecretRules.Decode(name, await FindAsync(service, name).ConfigureAwait(false)), cancellationToken);
    }

    public async ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        SecretRules.CheckName(name);
        var secret = SecretRules.Encode(name, value);
        await AskAsync(
            async service =>
            {
                await KeepAsync(service, name, secret).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        SecretRules.CheckName(name);
        await AskAsync(
            async service =>
            {
                var (unlocked, locked) = await service.SearchItemsAsync(Attributes(name)).ConfigureAwait(false);
                await DeleteAsync(service, unlocked).ConfigureAwait(false);
                await DeleteAsync(service, await UnlockAsync(service, locked).ConfigureAwait(false)).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static async Task<byte[]?> FindAsync(SecretServiceConnection service, string name)
    {
        var (session, unlocked, locked) = await OpenAndSearchAsync(service, name).ConfigureAwait(false);
        for (var search = 1; ; search++)
        {
            if (unlocked.Length == 0)
            {
                unlocked = await UnlockAsync(service, locked).ConfigureAwait(false);
            }

            var found = unlocked.Length switch
            {
                0 => null,
                1 => unlocked[0],
                _ => await NewestAsync(service, unlocked).ConfigureAwait(false),
            };
            var secret = found is null ? null : await service.GetSecretAsync(found, session).ConfigureAwait(false);

            // An item that was there and is gone has been deleted, or replaced by one of another path.
            if (secret is not null || found is null || search == Searches)
            {
                return secret;
            }

            (unlocked, locked) = await service.SearchItemsAsync(Attributes(name)).ConfigureAwait(false);
        }
    }

    /// <summary>Both questions are on their way at once, which saves a read one round trip to the service.</summary>
    private static async Task<(string Session, string[] Unlocked, string[] Locked)> OpenAndSearchAsync(
        SecretServiceConnection service, string name)
    {
        var opening = service.OpenPlainSessionAsync();
        var searching = service.SearchItemsAsync(Attributes(name));
        await Task.WhenAll(opening, searching).ConfigureAwait(false);
        var (unlocked, locked) = await searching.ConfigureAwait(false);
        return (await opening.ConfigureAwait(false), unlocked, locked);
    }

    /// <summary>Several have the name when one was written in a keyring that was the default one once.</summary>
    private static async Task<string> NewestAsync(SecretServiceConnection service, string[] items)
    {
        var modified = await Task.WhenAll(items.Select(service.GetModifiedAsync)).ConfigureAwait(false);
        return items.Zip(modified).MaxBy(item => item.Second).First;
    }

    private static async Task KeepAsync(SecretServiceConnection service, string name, byte[] secret)
    {
        var asking = service.ReadDefaultCollectionAsync();
        var searching = OpenAndSearchAsync(service, name);
        await Task.WhenAll(asking, searching).ConfigureAwait(false);
        var collection = await asking.ConfigureAwait(false) ?? throw SecretServiceError.NoKeyring();
        var (session, others, _) = await searching.ConfigureAwait(false);
        if (await CreateAsync().ConfigureAwait(false) is not { } kept)
        {
            await UnlockAsync(service, [collection]).ConfigureAwait(false);
            kept = await CreateAsync().ConfigureAwait(false) ?? throw Locked();
        }

        // What other keyrings kept under the name is out of date now.
        await DeleteAsync(service, [.. others.Where(other => other != kept)]).ConfigureAwait(false);

        async Task<string?> CreateAsync()
        {
            try
            {
                var (item, needsPrompt) = await service
                    .CreateItemAsync(collection, $"Latchkey: {name}", Attributes(name), session, secret)
                    .ConfigureAwait(false);
                return needsPrompt ? null : item;
            }
            catch (DBusErrorReplyException exception) when (exception.ErrorName == SecretServiceError.IsLocked)
            {
                return null;
            }
        }
    }

    private static async Task DeleteAsync(SecretServiceConnection service, string[] items)
    {
        foreach (var item in items)
        {
            try
            {
                if (await service.DeleteItemAsync(item).ConfigureAwait(false))
                {
                    throw Locked();
                }
            }
            catch (DBusErrorReplyException exception) when (SecretServiceError.IsGone(exception.ErrorName))
            {
                // Somebody else was faster.
            }
        }
    }

    /// <summary>Unlocks what opens without the person, such as a keyring without a password.</summary>
    private static async Task<string[]> UnlockAsync(SecretServiceConnection service, string[] paths)
    {
        if (paths.Length == 0)
        {
            return [];
        }

        // The prompt that the service may have made ready goes away with this connection.
        var (unlocked, needsPrompt) = await service.UnlockAsync(paths).ConfigureAwait(false);
        return needsPrompt ? throw Locked() : unlocked;
    }

    private async ValueTask<T> AskAsync<T>(Func<SecretServiceConnection, Task<T>> ask, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var service = new SecretServiceConnection(busAddress);

        // The library's calls take no token; they end when the connection does.
        using var patience = new CancellationTokenSource(_patience, _time);
        using var onPatience = patience.Token.UnsafeRegister(Hangup, service);
        using var onCancellation = cancellationToken.UnsafeRegister(Hangup, service);
        try
        {
            await service.ConnectAsync().ConfigureAwait(false);
            return await ask(service).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DBusExceptionBase or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (patience.IsCancellationRequested)
            {
                throw SecretServiceError.Silent(_patience);
            }

            throw SecretServiceError.Explain(exception);
        }
    }

    private static void Hangup(object? service) => ((SecretServiceConnection)service!).Dispose();

    private static SecretStoreException Locked() => SecretServiceError.Explain(SecretServiceError.IsLocked);

    /// <summary>Just these, no schema: secret-tool makes items alike, and a service replaces what has the same attributes.</summary>
    private static KeyValuePair<string, string>[] Attributes(string name) =>
        [new("application", "latchkey"), new("name", name)];
}

using Latchkey.Client.Secrets;
using Microsoft.Extensions.Logging;

namespace Latchkey.Client.Direct;

/// <summary>The person's own key, for when there is no gateway: the configured one, or the one kept in the store. Read once.</summary>
internal sealed class OwnKey(LatchkeyOptions options, ISecretStore secrets, ILogger log)
{
    private const string Name = "own-key";

    private string? _key;
    private bool _isRead;

    public async ValueTask<bool> IsThereAsync(CancellationToken cancellationToken) => await ReadAsync(cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>The way past the gateway; null without a key.</summary>
    public async ValueTask<LatchkeyAccess?> AccessAsync(CancellationToken cancellationToken) =>
        await ReadAsync(cancellationToken).ConfigureAwait(false) is { } key
            ? new LatchkeyAccess(options.DirectBaseUrl, key, isDirect: true, expiresAt: null)
            : null;

    /// <summary>Keeps a key in the store, or forgets it (null).</summary>
    /// <exception cref="SecretStoreException">The store can't be used.</exception>
    public async Task KeepAsync(string? key, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            await secrets.DeleteAsync(Name, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await secrets.WriteAsync(Name, key, cancellationToken).ConfigureAwait(false);
        }

        (_key, _isRead) = (key, true);
    }

    private async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_isRead)
        {
            return _key;
        }

        try
        {
            _key = options.OwnKey ?? await secrets.ReadAsync(Name, cancellationToken).ConfigureAwait(false);
        }
        catch (SecretStoreException e)
        {
            log.OwnKeyNotRead(secrets.Description, e);
        }

        _isRead = true;
        return _key;
    }
}

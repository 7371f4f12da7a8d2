namespace Latchkey.Client.Secrets;

/// <summary>
/// The system's own store, and files for when it can't be used or isn't there (null). The rule that keeps an old secret from coming back: a
/// file, where there is one, is newer than what the system's store has. A file is written when the system's store refuses, and goes when
/// that takes the secret again.
/// </summary>
internal sealed class FallbackSecretStore(ISecretStore? system, ISecretStore files) : ISecretStore
{
    /// <summary>What a file says of a secret that the system's store couldn't be told to forget.</summary>
    internal const string Forgotten = "(forgotten while the system's own store couldn't be used)";

    private volatile string? _trouble;

    public string Description => (system, _trouble) switch
    {
        (null, _) => files.Description,
        (_, null) => $"{system.Description}, else {files.Description}",
        (_, { } trouble) => $"{files.Description} ({trouble})",
    };

    public async ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        // First, and so without asking a store that was away the last time and may hang.
        var (written, unreadable) = await ReadFileAsync(name, cancellationToken).ConfigureAwait(false);
        if (written is not null)
        {
            return written == Forgotten ? null : written;
        }

        if (system is null)
        {
            return unreadable is null ? null : throw unreadable;
        }

        try
        {
            var read = await system.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            _trouble = null;
            return read;
        }
        catch (SecretStoreException exception)
        {
            _trouble = exception.Message;

            // Again, since waiting took its time and another process may have given up on the system's store, too.
            written = await files.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            return written == Forgotten ? null : written;
        }
    }

    public async ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        // A file that is there gets the new value first: whichever of the two survives a crash before the end has it.
        var wasWritten = system is null || (await ReadFileAsync(name, cancellationToken).ConfigureAwait(false)).Written is not null;
        if (wasWritten)
        {
            await files.WriteAsync(name, value, cancellationToken).ConfigureAwait(false);
        }

        if (system is null)
        {
            return;
        }

        try
        {
            await system.WriteAsync(name, value, cancellationToken).ConfigureAwait(false);
            _trouble = null;
        }
        catch (SecretStoreException exception)
        {
            _trouble = exception.Message;
            if (!wasWritten)
            {
                await files.WriteAsync(name, value, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        try
        {
            await files.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (SecretStoreException)
        {
            // What can be read there is this same value, so nothing old comes back; the next write tries again.
        }
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        if (await ForgetInSystemAsync(name, cancellationToken).ConfigureAwait(false))
        {
            await files.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // The system's store may have the secret still, and must not bring it back when it can be used again.
            await files.WriteAsync(name, Forgotten, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ForgetInSystemAsync(string name, CancellationToken cancellationToken)
    {
        if (system is null)
        {
            return false;
        }

        try
        {
            await system.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
            _trouble = null;
            return true;
        }
        catch (SecretStoreException exception)
        {
            _trouble = exception.Message;
            return false;
        }
    }

    /// <summary>A folder that can't be used mustn't keep the system's store from being used.</summary>
    private async ValueTask<(string? Written, SecretStoreException? Unreadable)> ReadFileAsync(
        string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await files.ReadAsync(name, cancellationToken).ConfigureAwait(false), null);
        }
        catch (SecretStoreException exception)
        {
            return (null, exception);
        }
    }
}

using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Latchkey.Client.Secrets;

/// <summary>Files that Windows encrypts for the person's account (DPAPI): another account or machine can't read a copy of them.</summary>
[SupportedOSPlatform("windows")]
internal sealed class DpapiSecretStore(string folder, TimeProvider? time = null) : ISecretStore
{
    private readonly PrivateFolder _files = new(folder, time ?? TimeProvider.System);

    public string Description => $"files that Windows encrypts in {_files.FullName}";

    /// <summary>Keeps what another program encrypted for the same account from being taken for ours; it isn't a secret.</summary>
    private static ReadOnlySpan<byte> Entropy => "latchkey secret 1"u8;

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_files.Read(FileOf(name)) is not { Length: > 0 } kept)
        {
            return new((string?)null);
        }

        try
        {
            var plain = ProtectedData.Unprotect(kept, Entropy.ToArray(), DataProtectionScope.CurrentUser);
            return new(SecretRules.Decode(name, plain));
        }
        catch (CryptographicException exception)
        {
            throw new SecretStoreException($"Windows can't decrypt '{name}' for this account. Sign in again to replace it.", exception);
        }
    }

    public ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = FileOf(name);
        var plain = SecretRules.Encode(name, value);
        try
        {
            var kept = ProtectedData.Protect(plain, Entropy.ToArray(), DataProtectionScope.CurrentUser);
            return _files.WriteAsync(file, kept, cancellationToken);
        }
        catch (CryptographicException exception)
        {
            throw new SecretStoreException($"Windows can't encrypt '{name}' for this account: is its profile loaded?", exception);
        }
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files.Delete(FileOf(name));
        return ValueTask.CompletedTask;
    }

    private static string FileOf(string name)
    {
        SecretRules.CheckName(name);
        return $"{name}.dpapi";
    }
}

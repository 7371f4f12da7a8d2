using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Client.Secrets;

/// <summary>Generic passwords in the person's login keychain, with the service "latchkey" and the secret's name as the account.</summary>
[SupportedOSPlatform("macos")]
internal sealed partial class KeychainSecretStore : ISecretStore
{
    private const string Library = "/System/Library/Frameworks/Security.framework/Security";
    private const string Service = "latchkey";

    private const int Success = 0;
    private const int UserCanceled = -128;
    private const int AuthorizationFailed = -25293;
    private const int DuplicateItem = -25299;
    private const int ItemNotFound = -25300;
    private const int InteractionNotAllowed = -25308;

    private static readonly nint Security = NativeLibrary.Load(Library);

    public string Description => "Keychain";

    public ValueTask<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var query = Query(name);
        try
        {
            CoreFoundation.Set(query, Constant("kSecReturnData"), CoreFoundation.True);
            CoreFoundation.Set(query, Constant("kSecMatchLimit"), Constant("kSecMatchLimitOne"));
            var status = SecItemCopyMatching(query, out var data);
            if (status == ItemNotFound)
            {
                return new((string?)null);
            }

            Check(status);
            try
            {
                return new(SecretRules.Decode(name, CoreFoundation.Bytes(data)));
            }
            finally
            {
                CoreFoundation.Release(data);
            }
        }
        finally
        {
            CoreFoundation.Release(query);
        }
    }

    public ValueTask WriteAsync(string name, string value, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var secret = SecretRules.Encode(name, value);
        var status = Update(name, secret);
        if (status == ItemNotFound)
        {
            status = Add(name, secret);
        }

        // Another process was faster with the first one.
        Check(status == DuplicateItem ? Update(name, secret) : status);
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var query = Query(name);
        try
        {
            var status = SecItemDelete(query);
            Check(status == ItemNotFound ? Success : status);
            return ValueTask.CompletedTask;
        }
        finally
        {
            CoreFoundation.Release(query);
        }
    }

    private static int Update(string name, byte[] secret)
    {
        var query = Query(name);
        var change = CoreFoundation.NewDictionary();
        try
        {
            CoreFoundation.Set(change, Constant("kSecValueData"), secret);
            return SecItemUpdate(query, change);
        }
        finally
        {
            CoreFoundation.Release(change);
            CoreFoundation.Release(query);
        }
    }

    private static int Add(string name, byte[] secret)
    {
        var item = Query(name);
        try
        {
            CoreFoundation.Set(item, Constant("kSecAttrLabel"), $"Latchkey: {name}");
            CoreFoundation.Set(item, Constant("kSecValueData"), secret);
            return SecItemAdd(item, 0);
        }
        finally
        {
            CoreFoundation.Release(item);
        }
    }

    private static nint Query(string name)
    {
        SecretRules.CheckName(name);
        var query = CoreFoundation.NewDictionary();
        CoreFoundation.Set(query, Constant("kSecClass"), Constant("kSecClassGenericPassword"));
        CoreFoundation.Set(query, Constant("kSecAttrService"), Service);
        CoreFoundation.Set(query, Constant("kSecAttrAccount"), name);
        return query;
    }

    private static nint Constant(string name) => CoreFoundation.Constant(Security, name);

    private static void Check(int status)
    {
        if (status != Success)
        {
            throw new SecretStoreException(status switch
            {
                UserCanceled or AuthorizationFailed =>
                    "The Keychain was told not to let Latchkey in. Allow it, or set LATCHKEY_STORE=file.",
                InteractionNotAllowed =>
                    "The Keychain is locked and can't ask here. Run 'security unlock-keychain', or set LATCHKEY_STORE=file.",
                _ => $"The Keychain refused (OSStatus {status}).",
            });
        }
    }

    [LibraryImport(Library)]
    private static partial int SecItemCopyMatching(nint query, out nint result);

    [LibraryImport(Library)]
    private static partial int SecItemAdd(nint item, nint result);

    [LibraryImport(Library)]
    private static partial int SecItemUpdate(nint query, nint change);

    [LibraryImport(Library)]
    private static partial int SecItemDelete(nint query);
}

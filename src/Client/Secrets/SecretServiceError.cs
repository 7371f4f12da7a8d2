using System.Globalization;
using Tmds.DBus.Protocol;

namespace Latchkey.Client.Secrets;

/// <summary>
/// What the bus and the Secret Service answer when they can't, in words for the person. None of their own text: it could repeat a secret.
/// </summary>
internal static class SecretServiceError
{
    public const string IsLocked = "org.freedesktop.Secret.Error.IsLocked";

    private const string BusError = "org.freedesktop.DBus.Error.";

    public static bool IsGone(string errorName) => errorName is "org.freedesktop.Secret.Error.NoSuchObject"
        or BusError + "UnknownObject" or BusError + "UnknownMethod" or BusError + "UnknownInterface";

    public static SecretStoreException Silent(TimeSpan patience) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The Secret Service didn't answer within {patience.TotalSeconds} s. Restart your keyring, or set LATCHKEY_STORE=file."));

    public static SecretStoreException NoKeyring() =>
        new("The Secret Service has no default keyring. Create one, in Passwords and Keys for example, or set LATCHKEY_STORE=file.");

    public static SecretStoreException Explain(Exception exception) => exception switch
    {
        DBusErrorReplyException reply => Explain(reply.ErrorName),
        DBusConnectFailedException => new(
            "The session bus can't be reached: is DBUS_SESSION_BUS_ADDRESS right? Set LATCHKEY_STORE=file to do without.", exception),
        DBusConnectionException or ObjectDisposedException => new("The session bus closed the connection.", exception),
        _ => new("The Secret Service gave an answer that can't be read.", exception),
    };

    public static SecretStoreException Explain(string errorName) => new(errorName switch
    {
        IsLocked => "The keyring is locked. Unlock it, in Passwords and Keys or KWallet for example, or set LATCHKEY_STORE=file.",
        BusError + "ServiceUnknown" or BusError + "NameHasNoOwner" =>
            "No Secret Service runs in this session. Start a keyring such as GNOME Keyring or KWallet, or set LATCHKEY_STORE=file.",
        BusError + "TimedOut" or BusError + "NoReply" =>
            "The Secret Service ended or was too slow. Restart your keyring, or set LATCHKEY_STORE=file.",
        _ when errorName.StartsWith(BusError + "Spawn.", StringComparison.Ordinal) =>
            "The Secret Service doesn't start. Restart your keyring, or set LATCHKEY_STORE=file.",
        _ => $"The Secret Service refused: {errorName}.",
    });
}

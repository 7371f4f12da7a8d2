using System.Globalization;
using Tmds.DBus.Protocol;

namespace Latchkey.Client.Secrets;

/// <summary>
/// One conversation with the freedesktop Secret Service: its calls as methods, without any rule. Disposing it ends the calls under way.
/// </summary>
/// <remarks>https://specifications.freedesktop.org/secret-service/latest/</remarks>
internal sealed class SecretServiceConnection(string busAddress) : IDisposable
{
    private const string Service = "org.freedesktop.secrets";
    private const string ServicePath = "/org/freedesktop/secrets";
    private const string ServiceInterface = "org.freedesktop.Secret.Service";
    private const string CollectionInterface = "org.freedesktop.Secret.Collection";
    private const string ItemInterface = "org.freedesktop.Secret.Item";

    /// <summary>The path that stands for none.</summary>
    private const string Nothing = "/";

    private readonly DBusConnection _bus = new(new BusOptions(busAddress));

    /// <summary>
    /// Connects, and makes itself known to the service by a call that can't hurt. GNOME Keyring (42 and 50, at least) can get to a
    /// connection's first call before it knows the connection; if that call opens a session, the daemon aborts, and the next one starts
    /// locked (https://gitlab.gnome.org/GNOME/gnome-keyring/-/issues/190). Whatever comes after an answered call is safe.
    /// </summary>
    public async Task ConnectAsync()
    {
        await _bus.ConnectAsync().ConfigureAwait(false);

        // In that case it says "none" here, wrongly: the answer isn't used.
        _ = await ReadDefaultCollectionAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// A session whose secrets cross the bus as they are. The other kind encrypts them with a key agreed on without authentication
    /// (1024-bit Diffie-Hellman): it costs time and protects nothing, for who can listen on this person's bus can ask the service, too.
    /// </summary>
    /// <returns>The session's path.</returns>
    public Task<string> OpenPlainSessionAsync()
    {
        var writer = Call(ServicePath, ServiceInterface, "OpenSession", "sv");
        writer.WriteString("plain");
        writer.WriteVariantString("");
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            _ = reader.ReadVariantValue();
            return reader.ReadObjectPathAsString();
        });
    }

    /// <summary>The items that have these attributes, and perhaps others, in every collection.</summary>
    public Task<(string[] Unlocked, string[] Locked)> SearchItemsAsync(IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        var writer = Call(ServicePath, ServiceInterface, "SearchItems", "a{ss}");
        Write(ref writer, attributes);
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return (ReadPaths(ref reader), ReadPaths(ref reader));
        });
    }

    /// <summary>
    /// The collection that new items go to. Its alias is also a path that could be used without asking, but GNOME Keyring loses that for a
    /// moment when another program connects, and older KeePassXC doesn't have it.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public Task<string?> ReadDefaultCollectionAsync()
    {
        var writer = Call(ServicePath, ServiceInterface, "ReadAlias", "s");
        writer.WriteString("default");
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return reader.ReadObjectPathAsString() is var collection && collection != Nothing ? collection : null;
        });
    }

    /// <returns>What is unlocked now, and whether the person must be asked first, for which nothing has happened yet.</returns>
    public Task<(string[] Unlocked, bool NeedsPrompt)> UnlockAsync(string[] paths)
    {
        var writer = Call(ServicePath, ServiceInterface, "Unlock", "ao");
        Write(ref writer, paths);
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return (ReadPaths(ref reader), reader.ReadObjectPathAsString() != Nothing);
        });
    }

    /// <returns>Null when the item is gone.</returns>
    public Task<byte[]?> GetSecretAsync(string item, string session)
    {
        // GetSecrets rather than the item's GetSecret: an item that has gone meanwhile is left out instead of being an error.
        var writer = Call(ServicePath, ServiceInterface, "GetSecrets", "aoo");
        Write(ref writer, [item]);
        writer.WriteObjectPath(session);
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            byte[]? secret = null;
            var end = reader.ReadDictionaryStart();
            while (reader.HasNext(end))
            {
                _ = reader.ReadObjectPathAsString();
                reader.AlignStruct();
                _ = reader.ReadObjectPathAsString();
                _ = reader.ReadArrayOfByte();
                secret = reader.ReadArrayOfByte();
                _ = reader.ReadString();
            }

            return secret;
        });
    }

    /// <returns>Seconds since 1970.</returns>
    public Task<ulong> GetModifiedAsync(string item)
    {
        var writer = Call(item, "org.freedesktop.DBus.Properties", "Get", "ss");
        writer.WriteString(ItemInterface);
        writer.WriteString("Modified");
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return reader.ReadVariantValue().GetUInt64();
        });
    }

    /// <summary>Adds an item to a collection, or replaces the one with the same attributes there.</summary>
    /// <returns>The item's path, and whether the person must be asked first: then there is no item yet.</returns>
    public Task<(string Item, bool NeedsPrompt)> CreateItemAsync(
        string collection, string label, IReadOnlyList<KeyValuePair<string, string>> attributes, string session, byte[] secret)
    {
        var writer = Call(collection, CollectionInterface, "CreateItem", "a{sv}(oayays)b");
        var properties = writer.WriteDictionaryStart();
        writer.WriteDictionaryEntryStart();
        writer.WriteString(ItemInterface + ".Label");
        writer.WriteVariantString(label);
        writer.WriteDictionaryEntryStart();
        writer.WriteString(ItemInterface + ".Attributes");
        writer.WriteSignature("a{ss}"u8);
        Write(ref writer, attributes);
        writer.WriteDictionaryEnd(properties);

        writer.WriteStructureStart();
        writer.WriteObjectPath(session);
        writer.WriteArray(ReadOnlySpan<byte>.Empty);
        writer.WriteArray(secret);
        writer.WriteString("text/plain");

        writer.WriteBool(true);
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return (reader.ReadObjectPathAsString(), reader.ReadObjectPathAsString() != Nothing);
        });
    }

    /// <returns>Whether the person must be asked first: then the item is still there.</returns>
    public Task<bool> DeleteItemAsync(string item)
    {
        var writer = Call(item, ItemInterface, "Delete", null);
        return _bus.CallMethodAsync(writer.CreateMessage(), static (message, _) =>
        {
            var reader = message.GetBodyReader();
            return reader.ReadObjectPathAsString() != Nothing;
        });
    }

    public void Dispose() => _bus.Dispose();

    private MessageWriter Call(string path, string callInterface, string member, string? signature)
    {
        var writer = _bus.GetMessageWriter();
        writer.WriteMethodCallHeader(Service, path, callInterface, signature: signature, member: member);
        return writer;
    }

    private static void Write(ref MessageWriter writer, IReadOnlyList<KeyValuePair<string, string>> attributes)
    {
        var start = writer.WriteDictionaryStart();
        foreach (var (name, value) in attributes)
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteString(name);
            writer.WriteString(value);
        }

        writer.WriteDictionaryEnd(start);
    }

    private static void Write(ref MessageWriter writer, string[] paths)
    {
        var start = writer.WriteArrayStart(DBusType.ObjectPath);
        foreach (var path in paths)
        {
            writer.WriteObjectPath(path);
        }

        writer.WriteArrayEnd(start);
    }

    private static string[] ReadPaths(ref Reader reader)
    {
        var paths = new List<string>();
        var end = reader.ReadArrayStart(DBusType.ObjectPath);
        while (reader.HasNext(end))
        {
            paths.Add(reader.ReadObjectPathAsString());
        }

        return [.. paths];
    }

    /// <summary>Leaves out what passing files and being called need: a round trip and a read of the disk.</summary>
    private sealed class BusOptions(string address) : DBusConnectionOptions
    {
        protected override ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken) => new(new SetupResult(address)
        {
            UserId = OperatingSystem.IsWindows() ? null : UnixEntry.CurrentUser.ToString(CultureInfo.InvariantCulture),
            MachineId = "",
            SupportsFdPassing = false,
        });
    }
}

using Tmds.DBus.Protocol;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>The desktop's settings portal, as far as light and dark go: <c>org.freedesktop.appearance color-scheme</c>.</summary>
internal sealed class SettingsPortal : IPathMethodHandler, IDisposable
{
    private const string Interface = "org.freedesktop.portal.Settings";
    private const string Namespace = "org.freedesktop.appearance";
    private const string Key = "color-scheme";

    private readonly DBusConnection _connection;
    private uint _scheme;

    private SettingsPortal(DBusConnection connection, uint scheme)
    {
        _connection = connection;
        _scheme = scheme;
    }

    public string Path => "/org/freedesktop/portal/desktop";

    public bool HandlesChildPaths => false;

    /// <param name="desktop">On whose bus it answers.</param>
    /// <param name="scheme">1 is dark, 2 light.</param>
    public static async Task<SettingsPortal> StartAsync(XDisplay desktop, uint scheme)
    {
        var connection = new DBusConnection(desktop.Environment["DBUS_SESSION_BUS_ADDRESS"]);
        await connection.ConnectAsync();
        var portal = new SettingsPortal(connection, scheme);
        connection.AddMethodHandler(portal);
        await connection.RequestNameAsync("org.freedesktop.portal.Desktop", RequestNameOptions.None);
        return portal;
    }

    /// <summary>The person turns the switch.</summary>
    public void Change(uint scheme)
    {
        _scheme = scheme;
        var writer = _connection.GetMessageWriter();
        writer.WriteSignalHeader(path: Path, @interface: Interface, member: "SettingChanged", signature: "ssv");
        writer.WriteString(Namespace);
        writer.WriteString(Key);
        writer.WriteVariant(VariantValue.UInt32(scheme));
        _connection.TrySendMessage(writer.CreateMessage());
    }

    public ValueTask HandleMethodAsync(MethodContext context)
    {
        var body = context.Request.GetBodyReader();
        if (context.Request.MemberAsString == "Read" && body.ReadString() == Namespace && body.ReadString() == Key)
        {
            using var reply = context.CreateReplyWriter("v");
            // The portal wraps the value twice.
            reply.WriteVariant(VariantValue.Variant(VariantValue.UInt32(_scheme)));
            context.Reply(reply.CreateMessage());
        }
        else
        {
            context.ReplyError("org.freedesktop.portal.Error.NotFound", "Requested setting not found");
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => _connection.Dispose();
}

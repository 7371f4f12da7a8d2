using System.Text;
using Latchkey.TestKit;
using Tmds.DBus.Protocol;

namespace Latchkey.Client.Tests.Secrets;

/// <summary>A Secret Service that does what a test needs and a real one seldom does, on a real bus.</summary>
internal sealed class FakeSecretService : IPathMethodHandler, IAsyncDisposable
{
    private const string Root = "/org/freedesktop/secrets";
    private const string Prompt = $"{Root}/prompt/1";
    private const string Nothing = "/";

    private readonly KeyringSession _session;
    private readonly DBusConnection _bus;

    private FakeSecretService(KeyringSession session)
    {
        _session = session;
        _bus = new DBusConnection(session.Address);
    }

    private delegate void Body(ref MessageWriter writer);

    public string Address => _session.Address;

    /// <summary>Each call when it comes, as "ReadAlias", and when it is answered, as "ReadAlias answered".</summary>
    public List<string> Calls { get; } = [];

    /// <summary>What it keeps: the path, the secret, and when that was modified.</summary>
    public Dictionary<string, (string Secret, ulong Modified)> Items { get; } = [];

    /// <summary>Nothing can be read, replaced or deleted.</summary>
    public bool IsLocked { get; set; }

    /// <summary>It asks a person before it unlocks or deletes.</summary>
    public bool Asks { get; set; }

    /// <summary>Instead of an answer, by member: the error's name. Its message repeats what came.</summary>
    public Func<string, string?> Error { get; set; } = _ => null;

    /// <summary>Its answers have a shape that nobody expects.</summary>
    public bool TalksNonsense { get; set; }

    /// <summary>Runs before a call is looked at.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public string Path => Root;

    public bool HandlesChildPaths => true;

    public static async Task<FakeSecretService> NewAsync()
    {
        var service = new FakeSecretService(await KeyringSession.NewBusAsync());
        await service._bus.ConnectAsync();
        service._bus.AddMethodHandler(service);
        await service._bus.RequestNameAsync("org.freedesktop.secrets", RequestNameOptions.None);
        return service;
    }

    /// <summary>Asks the bus something: whatever was on its way here at the time is here afterwards.</summary>
    public async Task CatchUpAsync()
    {
        for (var i = 0; i < 20; i++)
        {
            await _bus.ListServicesAsync();
        }
    }

    public async ValueTask HandleMethodAsync(MethodContext context)
    {
        var member = context.Request.MemberAsString!;
        Calls.Add(member);
        await Before(member);
        if (Error(member) is { } error)
        {
            context.ReplyError(error, $"can't {member} {Encoding.Latin1.GetString(Sent(context))}");
        }
        else if (TalksNonsense)
        {
            Reply(context, "u", static (ref writer) => writer.WriteUInt32(7));
        }
        else
        {
            Answer(context, member);
        }

        Calls.Add($"{member} answered");
    }

    public async ValueTask DisposeAsync()
    {
        _bus.Dispose();
        await _session.DisposeAsync();
    }

    private void Answer(MethodContext context, string member)
    {
        var path = context.Request.PathAsString!;
        switch (member)
        {
            case "ReadAlias":
                Reply(context, "o", static (ref writer) => writer.WriteObjectPath($"{Root}/collection/login"));
                break;
            case "OpenSession":
                Reply(context, "vo", static (ref writer) =>
                {
                    writer.WriteVariantString("");
                    writer.WriteObjectPath($"{Root}/session/1");
                });
                break;
            case "SearchItems":
                Reply(context, "aoao", (ref writer) =>
                {
                    WritePaths(ref writer, IsLocked ? [] : Items.Keys);
                    WritePaths(ref writer, IsLocked ? Items.Keys : []);
                });
                break;
            case "Unlock":
                var wanted = Paths(context);
                IsLocked &= Asks;
                Reply(context, "aoo", (ref writer) =>
                {
                    WritePaths(ref writer, Asks ? [] : wanted);
                    writer.WriteObjectPath(Asks ? Prompt : Nothing);
                });
                break;
            case "GetSecrets":
                var found = Paths(context).Where(Items.ContainsKey).ToList();
                Reply(context, "a{o(oayays)}", (ref writer) => WriteSecrets(ref writer, found));
                break;
            case "Get":
                Reply(context, "v", (ref writer) => writer.WriteVariantUInt64(Items[path].Modified));
                break;
            case "CreateItem":
                if (!IsLocked)
                {
                    Items[$"{Root}/collection/login/new"] = (Encoding.Latin1.GetString(Sent(context)), 9);
                }

                Reply(context, "oo", (ref writer) =>
                {
                    writer.WriteObjectPath(IsLocked ? Nothing : $"{Root}/collection/login/new");
                    writer.WriteObjectPath(IsLocked ? Prompt : Nothing);
                });
                break;
            case "Delete":
                _ = Asks || Items.Remove(path);
                Reply(context, "o", (ref writer) => writer.WriteObjectPath(Asks ? Prompt : Nothing));
                break;
            default:
                context.ReplyUnknownMethodError();
                break;
        }
    }

    private void WriteSecrets(ref MessageWriter writer, List<string> paths)
    {
        var start = writer.WriteDictionaryStart();
        foreach (var path in paths)
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteObjectPath(path);
            writer.WriteStructureStart();
            writer.WriteObjectPath($"{Root}/session/1");
            writer.WriteArray(ReadOnlySpan<byte>.Empty);
            writer.WriteArray(Encoding.UTF8.GetBytes(Items[path].Secret));
            writer.WriteString("text/plain");
        }

        writer.WriteDictionaryEnd(start);
    }

    private static void WritePaths(ref MessageWriter writer, IEnumerable<string> paths) =>
        writer.WriteArray(paths.Select(path => new ObjectPath(path)));

    private static string[] Paths(MethodContext context)
    {
        var reader = context.Request.GetBodyReader();
        return [.. reader.ReadArrayOfObjectPath().Select(path => path.ToString())];
    }

    /// <summary>The secret of a CreateItem; nothing of other calls.</summary>
    private static byte[] Sent(MethodContext context)
    {
        if (context.Request.MemberAsString != "CreateItem")
        {
            return [];
        }

        var reader = context.Request.GetBodyReader();
        _ = reader.ReadDictionaryOfStringToVariantValue();
        reader.AlignStruct();
        _ = reader.ReadObjectPath();
        _ = reader.ReadArrayOfByte();
        return reader.ReadArrayOfByte();
    }

    private static void Reply(MethodContext context, string signature, Body body)
    {
        var writer = context.CreateReplyWriter(signature);
        body(ref writer);
        context.Reply(writer.CreateMessage());
    }
}

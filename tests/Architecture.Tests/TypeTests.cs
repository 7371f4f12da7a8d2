using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Latchkey.Architecture.Tests;

public class TypeTests
{
    [Fact]
    public void server_types_are_internal() =>
        House.ServerTypes.Where(t => t.IsPublic).Should().BeEmpty();

    [Fact]
    public void server_classes_are_sealed_unless_they_are_a_closed_family() =>
        House.ServerTypes.Where(t => t.IsClass && !t.IsSealed && !IsClosedFamily(t)).Should().BeEmpty();

    [Fact]
    public void log_ids_are_unique() =>
        LogMessages().Select(m => m.Id).Should().OnlyHaveUniqueItems();

    [Fact]
    public void log_ids_lie_in_their_stages_thousand()
    {
        var wrong =
            from message in LogMessages()
            where House.RoomOf(message.Type) == "DataPath"
            // The exchange as a whole shares Accept's.
            let thousand = House.StageOf(message.Type) is { } stage ? House.Stages.ToList().IndexOf(stage) + 1 : 1
            where message.Id / 1000 != thousand
            select message;

        LogMessages().Should().HaveCountGreaterThan(20);
        wrong.Should().BeEmpty();
    }

    [Fact]
    public void log_ids_beside_the_path_begin_at_7000() =>
        LogMessages().Where(m => House.RoomOf(m.Type) != "DataPath" && m.Id < 7000).Should().BeEmpty();

    [Fact]
    public void messages_are_logged_by_log_classes_only() =>
        LogMessages().Where(m => !m.Type.EndsWith("Log", StringComparison.Ordinal)).Should().BeEmpty();

    /// <summary>An abstract record that only its own nested cases can extend.</summary>
    private static bool IsClosedFamily(Type type) =>
        type.IsAbstract
        && type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .All(c => c.IsPrivate || (c.IsFamily && c.GetParameters() is [var copied] && copied.ParameterType == type))
        && type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Any(n => n.BaseType == type);

    private static IReadOnlyList<(string Type, int Id)> LogMessages() =>
    [
        .. House.GatewayAssembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(m => (Method: m, Attribute: m.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(m => m.Attribute is not null)
            .Select(m => (m.Method.DeclaringType!.FullName!, m.Attribute!.EventId)),
    ];
}

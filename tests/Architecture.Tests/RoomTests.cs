namespace Latchkey.Architecture.Tests;

public class RoomTests
{
    /// <summary>
    /// What each room may use of the server, by namespace, beside itself. The composition root is above all of them and
    /// Configuration below.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Configuration"] = [],
        ["DataPath"] = ["Configuration"],
        ["Listener"] = ["Configuration", "DataPath.Accept"],
        ["Tokens"] = ["Configuration", "DataPath.Authenticate", "DataPath.Authorize"],
        ["Identity"] = ["Configuration", "DataPath.Authenticate", "DataPath.Accept"],
        ["Prices"] = ["Configuration", "DataPath.Authorize", "DataPath.Settle"],
        ["Admin"] = ["Configuration", "Identity", "Prices", "DataPath.Authenticate", "DataPath.Authorize", "DataPath.Settle", "DataPath.Forward", "Tokens.Devices", "Tokens.Revocation"],
        ["Telemetry"] = ["Configuration", "Identity", "DataPath"],
        ["Storage"] = ["Configuration", "DataPath.Authorize", "DataPath.Settle", "Admin.Budgets", "Admin.Events", "Admin.Usage", "Admin.Prices", "Admin.Reconcile", "Tokens.Devices", "Tokens.Revocation"],
    };

    [Fact]
    public void a_room_uses_only_what_it_may()
    {
        var wrong =
            from use in House.Uses
            let room = House.RoomOf(use.From)
            where room.Length > 0 && House.IsOurs(use.To)
            where !In(use.To, room) && !Allowed[room].Any(allowed => In(use.To, allowed))
            select use;

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void every_folder_is_a_room_with_rules() =>
        Directory.GetDirectories(Path.Combine(House.Root, "src/Gateway")).Select(Path.GetFileName)
            .Where(name => name is not ("bin" or "obj" or "Properties"))
            .Should().BeSubsetOf(Allowed.Keys);

    [Fact]
    public void the_data_path_knows_no_other_room() =>
        House.Uses.Where(u => House.RoomOf(u.From) == "DataPath" && House.IsOurs(u.To) && !In(u.To, "DataPath") && !In(u.To, "Configuration"))
            .Should().BeEmpty();

    [Fact]
    public void only_the_composition_root_knows_storage() =>
        House.Uses.Where(u => In(u.To, "Storage") && !In(u.From, "Storage") && u.From != "Latchkey.Gateway.GatewayHost")
            .Should().BeEmpty();

    [Fact]
    public void only_the_composition_root_knows_every_room() =>
        House.Uses.Where(u => House.RoomOf(u.From).Length == 0 && House.IsOurs(u.To) && u.From != "Latchkey.Gateway.GatewayHost" && House.RoomOf(u.To).Length > 0)
            .Where(u => !In(u.To, "Configuration") && u.From != "Latchkey.Gateway.StartupBanner")
            .Should().BeEmpty();

    [Fact]
    public void an_admin_slice_knows_no_other_slice()
    {
        var wrong =
            from use in House.Uses
            where In(use.From, "Admin") && In(use.To, "Admin")
            let user = SliceOf(use.From)
            let used = SliceOf(use.To)
            where user is not null && user != used
            select use;

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void master_keys_appear_in_forward_and_where_they_are_kept_only() =>
        House.Uses.Where(u => u.To == "Latchkey.Gateway.DataPath.Forward.UpstreamKey")
            .Where(u => !In(u.From, "DataPath.Forward") && !In(u.From, "Admin.Keys") && !In(u.From, "Storage") && u.From != "Latchkey.Gateway.GatewayHost")
            .Should().BeEmpty();

    [Fact]
    public void the_rule_about_master_keys_sees_something() =>
        House.Uses.Should().Contain(u => u.To == "Latchkey.Gateway.DataPath.Forward.UpstreamKey");

    private static bool In(string type, string place) => type.StartsWith($"{House.Server}.{place}.", StringComparison.Ordinal);

    /// <summary>Null for the room's own registration, which names all slices.</summary>
    private static string? SliceOf(string type) => type[$"{House.Server}.Admin.".Length..].Split('.') is [var slice, _, ..] ? slice : null;
}

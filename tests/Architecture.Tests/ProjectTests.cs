using System.Reflection;
using System.Xml.Linq;

namespace Latchkey.Architecture.Tests;

public class ProjectTests
{
    /// <summary>Which of our projects each project of <c>src</c> may reference; what isn't listed may reference none.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Gateway"] = ["Claude", "Protocol"],
        ["Client"] = ["Protocol", "Claude"],
        ["Cli"] = ["Client"],
        ["Desktop"] = ["Claude", "Client", "Ui"],
        ["Simulator"] = ["Claude"],
    };

    [Fact]
    public void a_project_references_only_what_stands_below_it()
    {
        var wrong =
            from project in Directory.EnumerateFiles(Path.Combine(House.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            let name = Path.GetFileNameWithoutExtension(project)
            from reference in XDocument.Load(project).Descendants("ProjectReference")
            let target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
            where !Allowed.GetValueOrDefault(name, []).Contains(target)
            select $"{name} → {target}";

        wrong.Should().BeEmpty();
    }

    [Fact]
    public void claude_and_protocol_use_nothing_of_ours()
    {
        OursIn(House.ClaudeAssembly).Should().BeEmpty();
        OursIn(House.ProtocolAssembly).Should().BeEmpty();
    }

    [Fact]
    public void the_simulator_uses_claude_only() =>
        OursIn(House.SimulatorAssembly).Should().BeSubsetOf(["Latchkey.Claude"]);

    [Fact]
    public void the_client_library_uses_the_wire_and_claude_only() =>
        OursIn(House.ClientAssembly).Should().BeSubsetOf(["Latchkey.Protocol", "Latchkey.Claude"]);

    [Fact]
    public void what_desktops_are_built_on_knows_no_server_framework() =>
        new[] { House.ClaudeAssembly, House.ProtocolAssembly, House.ClientAssembly }.SelectMany(a => a.GetReferencedAssemblies())
            .Should().NotContain(a => a.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    /// <summary>Native AOT finds what it can't compile; these are the libraries that tell it to look.</summary>
    [Theory]
    [InlineData("Claude")]
    [InlineData("Protocol")]
    [InlineData("Client")]
    public void what_the_command_is_built_on_is_checked_for_native_compilation(string name) =>
        XDocument.Load(Path.Combine(House.Root, $"src/{name}/{name}.csproj")).Descendants("Import").Attributes("Project").Select(a => a.Value)
            .Should().Contain("../../eng/Library.props");

    private static IEnumerable<string> OursIn(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Latchkey.", StringComparison.Ordinal));
}

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
    public void claude_and_protocol_know_no_server_framework() =>
        House.ClaudeAssembly.GetReferencedAssemblies().Concat(House.ProtocolAssembly.GetReferencedAssemblies())
            .Should().NotContain(a => a.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    private static IEnumerable<string> OursIn(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Latchkey.", StringComparison.Ordinal));
}

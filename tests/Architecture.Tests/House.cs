using System.Reflection;
using System.Runtime.CompilerServices;
using ArchUnitNET.Loader;

namespace Latchkey.Architecture.Tests;

/// <summary>The product as the rules see it: its types with what they use, and its source files.</summary>
internal static class House
{
    public const string Server = "Latchkey.Gateway";

    /// <summary>The stages in travel order, which is alphabetical order.</summary>
    public static readonly IReadOnlyList<string> Stages = ["Accept", "Authenticate", "Authorize", "Forward", "Measure", "Settle"];

    public static readonly Assembly GatewayAssembly = Assembly.Load("Latchkey.Gateway");
    public static readonly Assembly SimulatorAssembly = Assembly.Load("Latchkey.Simulator");
    public static readonly Assembly ClaudeAssembly = Assembly.Load("Latchkey.Claude");
    public static readonly Assembly ProtocolAssembly = Assembly.Load("Latchkey.Protocol");
    public static readonly Assembly ClientAssembly = Assembly.Load("Latchkey.Client");

    private static readonly ArchUnitNET.Domain.Architecture Loaded = new ArchLoader().LoadAssemblies(GatewayAssembly).Build();

    /// <summary>Every use of one type by another of the server, lambdas and async bodies included.</summary>
    public static readonly IReadOnlyList<Use> Uses =
    [
        .. Loaded.Types
            .Where(t => t.FullName.StartsWith(Server, StringComparison.Ordinal))
            .SelectMany(t => t.Dependencies.Select(d => new Use(Outermost(t.FullName), Outermost(d.Target.FullName))))
            .Where(u => u.From != u.To)
            .Distinct(),
    ];

    /// <summary>Types of the server as they were written, without what the compiler and its generators add.</summary>
    public static IEnumerable<System.Type> ServerTypes => GatewayAssembly.GetTypes().Where(t =>
        t.Namespace?.StartsWith(Server, StringComparison.Ordinal) == true
        && t.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        && t.GetCustomAttribute<System.CodeDom.Compiler.GeneratedCodeAttribute>() is null
        && !t.Name.Contains('<', StringComparison.Ordinal)
        && t.DeclaringType?.GetCustomAttribute<CompilerGeneratedAttribute>() is null);

    public static string Root { get; } = FindRoot();

    /// <summary>Source files below a folder of the repository.</summary>
    public static IEnumerable<Source> Sources(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(path => new Source(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)));

    /// <summary>The room that a type of the server lives in; empty for the composition root and what isn't ours.</summary>
    public static string RoomOf(string type) => IsOurs(type) && type[(Server.Length + 1)..].Split('.') is [var room, _, ..] ? room : "";

    /// <summary>The stage that a type lives in, or null.</summary>
    public static string? StageOf(string type)
    {
        const string path = Server + ".DataPath.";
        return type.StartsWith(path, StringComparison.Ordinal) && type[path.Length..].Split('.') is [var stage, _, ..] ? stage : null;
    }

    public static bool IsOurs(string type) => type.StartsWith(Server + ".", StringComparison.Ordinal);

    private static string Outermost(string type)
    {
        var nested = type.IndexOfAny(['+', '/']);
        var outer = nested < 0 ? type : type[..nested];
        var generic = outer.IndexOfAny(['`', '<', '[']);
        return generic < 0 ? outer : outer[..generic];
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Latchkey.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}

/// <summary>One type uses another; both by full name, nested ones by the name of what they are nested in.</summary>
internal sealed record Use(string From, string To)
{
    public override string ToString() => $"{From} → {To}";
}

/// <summary>One source file, by its path from the repository's root.</summary>
internal sealed record Source(string Path, string Text);

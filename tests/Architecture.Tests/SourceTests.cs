using System.Text.RegularExpressions;

namespace Latchkey.Architecture.Tests;

public partial class SourceTests
{
    [Fact]
    public void a_namespace_is_its_folder()
    {
        var wrong =
            from source in House.Sources("src")
            let declared = NamespaceLine().Match(source.Text)
            let folder = "Latchkey." + string.Join('.', source.Path.Split('/')[1..^1])
            where declared.Success ? declared.Groups[1].Value != folder : !source.Path.EndsWith("/Program.cs", StringComparison.Ordinal)
            select source.Path;

        wrong.Should().BeEmpty();
    }

    [Theory]
    [InlineData("P:System.DateTime.UtcNow")]
    [InlineData("P:System.DateTime.Now")]
    [InlineData("P:System.DateTimeOffset.UtcNow")]
    [InlineData("P:System.DateTimeOffset.Now")]
    [InlineData("M:System.Threading.Tasks.Task.Run(System.Func{System.Threading.Tasks.Task})")]
    [InlineData("M:System.Threading.Tasks.Task.Run(System.Action)")]
    [InlineData("M:System.Net.Http.HttpClient.#ctor")]
    public void the_compiler_bans(string symbol) =>
        File.ReadAllLines(Path.Combine(House.Root, "eng/BannedSymbols.txt"))
            .Should().Contain(line => line.StartsWith(symbol + ";", StringComparison.Ordinal));

    [Fact]
    public void nobody_switches_a_ban_off() =>
        House.Sources("src").Where(s => s.Text.Contains("RS0030", StringComparison.Ordinal)).Select(s => s.Path).Should().BeEmpty();

    [Fact]
    public void the_server_starts_no_process_and_loads_no_code()
    {
        House.Uses.Where(u => u.To is "System.Diagnostics.Process" or "System.Diagnostics.ProcessStartInfo"
                or "System.Runtime.Loader.AssemblyLoadContext" or "System.Reflection.Emit.AssemblyBuilder")
            .Should().BeEmpty();
        House.Sources("src/Gateway").Where(s => LoadsCode().IsMatch(s.Text)).Select(s => s.Path).Should().BeEmpty();
    }

    [Fact]
    public void sql_is_constant_text()
    {
        var statements =
            from source in House.Sources("src/Gateway")
            from Match assignment in CommandText().Matches(source.Text)
            select (source, expression: assignment.Groups[1].Value);

        statements.Should().NotBeEmpty();
        statements.Where(s => !IsConstant(s.expression, s.source.Text)).Select(s => $"{s.source.Path}: {s.expression}").Should().BeEmpty();
    }

    /// <summary>A literal, in which only constants of the same file may be interpolated, or a method's parameter that is one at every call.</summary>
    private static bool IsConstant(string expression, string file)
    {
        if (expression == "sql")
        {
            // Whoever hands it over, from whichever file.
            return House.Sources("src/Gateway").All(source => SqlArgument().Matches(source.Text).All(call => IsConstant(call.Groups[1].Value, source.Text)));
        }

        if (!expression.StartsWith('"') && !expression.StartsWith('$'))
        {
            return IsConstantName(expression, file);
        }

        return !Concatenation().IsMatch(expression)
            && (!expression.StartsWith('$') || Interpolation().Matches(expression).All(i => IsConstantName(i.Groups[1].Value, file)));
    }

    /// <summary>A constant of the file or of a schema, or a step of a schema, all of which are constants.</summary>
    private static bool IsConstantName(string name, string file) =>
        Regex.IsMatch(file, $@"\bconst \w+ {Regex.Escape(name)}\b")
        || Regex.IsMatch(file, $@"\bforeach \(var {Regex.Escape(name)} in \w+Schema\.Steps\b")
        || (name.Split('.') is [var schema, var member] && schema.EndsWith("Schema", StringComparison.Ordinal) && IsConstantOf(schema, member));

    private static bool IsConstantOf(string type, string member) => House.Sources("src/Gateway")
        .Any(s => s.Path.EndsWith($"/{type}.cs", StringComparison.Ordinal) && Regex.IsMatch(s.Text, $@"\bconst \w+ {Regex.Escape(member)}\b"));

    [Fact]
    public void a_schemas_steps_are_constants() =>
        House.Sources("src/Gateway").Where(s => StepNames().IsMatch(s.Text)).Should().HaveCountGreaterThan(1)
            .And.AllSatisfy(s => StepNames().Match(s.Text).Groups[1].Value.Split(", ").Should().OnlyContain(name => IsConstantName(name, s.Text)));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\bAssembly\.(Load|LoadFrom|LoadFile|UnsafeLoadFrom)\b|\bProcess\.Start\b|\bCSharpScript\b|\bType\.GetType\(|\bActivator\.CreateInstance\b")]
    private static partial Regex LoadsCode();

    [GeneratedRegex(@"CommandText\s*=\s*(\$?""""""[\s\S]*?""""""[^;]*|[^;]*);")]
    private static partial Regex CommandText();

    [GeneratedRegex(@"(?:Execute|Scalar)\(\w+, ([^)]*)\)")]
    private static partial Regex SqlArgument();

    [GeneratedRegex(@"""\s*\+|\+\s*\$?""|\.Replace\(|string\.Format")]
    private static partial Regex Concatenation();

    [GeneratedRegex(@" Steps = \[([^\]]*)\]")]
    private static partial Regex StepNames();

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Interpolation();
}

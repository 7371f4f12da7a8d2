using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Latchkey.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>The operator's guide tells every setting, with the name and default that the code has, and no other.</summary>
public partial class SettingsDocumentTests
{
    private static readonly MarkdownPage Guide = MarkdownPage.Parse(Repository.Read("docs/PROXY_SETUP.md"));

    [Fact]
    public void the_guide_has_every_variable_with_its_key_and_default() =>
        Guide.RowsBelow("## Every variable").Skip(1).Select(row => (Plain(row[0]), Plain(row[1]), Plain(row[2])))
            .Should().Equal(ContractVariables.All.Select(v => (v.Name, v.Key, v.Default)));

    [Fact]
    public void the_guide_has_every_other_option_with_its_default()
    {
        var variables = ContractVariables.All.Select(v => v.Key).ToHashSet(StringComparer.Ordinal);
        var options = OptionsOf(typeof(ContractVariables).Assembly).Where(o => !variables.Contains(o.Key)).ToDictionary(o => o.Key, o => o.Default);
        options.Should().HaveCountGreaterThan(20);

        Guide.RowsBelow("## Further settings").Skip(1).ToDictionary(row => Plain(row[0]), row => Plain(row[1])).Should().BeEquivalentTo(options);
    }

    [Fact]
    public void every_variable_of_the_contract_but_two_stands_for_an_option_that_exists() =>
        ContractVariables.All.Select(v => v.Key).Except(OptionsOf(typeof(ContractVariables).Assembly).Select(o => o.Key))
            .Should().BeEquivalentTo("Latchkey:Redis:Url", "Latchkey:Database:Url", "Logging:LogLevel:Default");

    [Fact]
    public void the_example_file_names_every_variable_and_can_be_read()
    {
        var text = Repository.Read(".env.example");

        AssignmentLine().Matches(text).Select(m => m.Groups[1].Value).Should().BeEquivalentTo(ContractVariables.All.Select(v => v.Name));
        var read = () => DotEnv.Read(Path.Combine(Repository.Root, ".env.example"));
        read.Should().NotThrow().Which.Should().Contain("MAX_PAYLOAD_SIZE", "33554432");
    }

    [Fact]
    public void the_log_events_of_the_guide_exist_with_their_levels()
    {
        var events = typeof(ContractVariables).Assembly.GetTypes()
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()
            .ToDictionary(a => a.EventId, a => a.Level);

        foreach (var row in Guide.RowsBelow("## Logs").Skip(1))
        {
            foreach (var id in row[0].Split(", ").Select(t => int.Parse(t, CultureInfo.InvariantCulture)))
            {
                events.Should().ContainKey(id);
                events[id].Should().Be(Enum.Parse<LogLevel>(row[1] == "info" ? "Information" : row[1], ignoreCase: true), "the guide says so of event {0}", id);
            }
        }
    }

    private static IEnumerable<(string Key, string Default)> OptionsOf(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal)))
        {
            if (type.GetField("Section")?.GetRawConstantValue() is not string section)
            {
                continue;
            }

            var defaults = Activator.CreateInstance(type);
            foreach (var property in type.GetProperties().Where(p => p.CanWrite))
            {
                yield return ($"{section}:{property.Name}", TextOf(property.GetValue(defaults)));
            }
        }
    }

    private static string TextOf(object? value) => value switch
    {
        null or "" => "none",
        bool flag => flag ? "true" : "false",
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Plain(string cell) =>
        cell.Trim('`').Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);

    [GeneratedRegex("^#?([A-Z_]+)=", RegexOptions.Multiline)]
    private static partial Regex AssignmentLine();
}

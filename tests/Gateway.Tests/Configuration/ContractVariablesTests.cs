using Latchkey.Gateway.Configuration;
using Microsoft.Extensions.Configuration;

namespace Latchkey.Gateway.Tests.Configuration;

public class ContractVariablesTests
{
    /// <summary>A value of each variable as it is written in the environment, and as its key has it.</summary>
    private static readonly Dictionary<string, (string Text, string Value)> Examples = new()
    {
        ["ANTHROPIC_API_KEY"] = ("sk-ant-1,sk-ant-2", "sk-ant-1,sk-ant-2"),
        ["ANTHROPIC_BASE_URL"] = ("https://api.example", "https://api.example"),
        ["JWT_SECRET"] = ("a-secret-of-more-than-thirty-two-bytes!", "a-secret-of-more-than-thirty-two-bytes!"),
        ["JWT_EXPIRATION_HOURS"] = ("12", "12"),
        ["PORT"] = ("4001", "4001"),
        ["HOST"] = ("127.0.0.2", "127.0.0.2"),
        ["PROXY_BASE_URL"] = ("https://gateway.example", "https://gateway.example"),
        ["RATE_LIMIT_MAX"] = ("7", "7"),
        ["RATE_LIMIT_WINDOW"] = ("90000", "00:01:30"),
        ["MAX_PAYLOAD_SIZE"] = ("33554432", "33554432"),
        ["ALLOWED_MODELS"] = ("claude-sonnet-*,claude-haiku-4-5", "claude-sonnet-*,claude-haiku-4-5"),
        ["CORS_ORIGINS"] = ("https://app.example", "https://app.example"),
        ["REDIS_URL"] = ("redis://localhost:6379", "redis://localhost:6379"),
        ["DATABASE_URL"] = ("postgres://localhost/x", "postgres://localhost/x"),
        ["LOG_LEVEL"] = ("warn", "Warning"),
        ["DATA_DIR"] = ("/var/lib/latchkey", "/var/lib/latchkey"),
        ["RETENTION_DAYS"] = ("30", "30"),
        ["ADMIN_API_KEY"] = ("an-operators-key-of-some-length", "an-operators-key-of-some-length"),
    };

    [Fact]
    public void every_variable_has_an_example() =>
        Examples.Keys.Should().Equal(ContractVariables.All.Select(v => v.Name));

    [Fact]
    public void every_variable_of_the_environment_is_its_key() =>
        EachShouldArrive((dotEnv, name) => Read([], dotEnv, name));

    [Fact]
    public void every_variable_of_the_env_file_is_its_key() =>
        EachShouldArrive((environment, _) => Read(environment, [], null));

    [Fact]
    public void every_key_works_by_itself()
    {
        foreach (var variable in ContractVariables.All)
        {
            var value = Examples[variable.Name].Value;
            var byDotEnv = Read(new() { [variable.Key.Replace(":", "__", StringComparison.Ordinal)] = value }, [], null);

            byDotEnv[variable.Key].Should().Be(value, variable.Name);
        }
    }

    [Fact]
    public void the_environment_wins_over_the_env_file()
    {
        var configuration = Read(new() { ["PORT"] = "1", ["HOST"] = "127.0.0.3" }, new() { ["PORT"] = "2" }, null);

        configuration["Latchkey:Listener:Port"].Should().Be("2");
        configuration["Latchkey:Listener:Host"].Should().Be("127.0.0.3");
    }

    [Fact]
    public void the_command_line_wins_over_all_and_settings_files_over_none()
    {
        var builder = new ConfigurationBuilder();
        builder.AddInMemoryCollection(new Dictionary<string, string?> { ["Latchkey:Listener:Port"] = "1", ["Latchkey:Listener:Host"] = "::1" });
        builder.AddContract(new Dictionary<string, string> { ["PORT"] = "2" }, name => name == "PORT" ? "3" : null);
        builder.AddCommandLine(["--Latchkey:Listener:Port", "4"]);
        var configuration = builder.Build();

        configuration["Latchkey:Listener:Port"].Should().Be("4");
        configuration["Latchkey:Listener:Host"].Should().Be("::1");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void an_empty_variable_is_not_set(string empty) =>
        Read([], new() { ["PORT"] = empty }, null)["Latchkey:Listener:Port"].Should().BeNull();

    [Theory]
    [InlineData("RATE_LIMIT_WINDOW", "abc")]
    [InlineData("RATE_LIMIT_WINDOW", "0")]
    [InlineData("RATE_LIMIT_WINDOW", "-5")]
    [InlineData("RATE_LIMIT_WINDOW", "999999999999")]
    [InlineData("RATE_LIMIT_WINDOW", "3600001")]
    [InlineData("RATE_LIMIT_WINDOW", "1.5")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("LOG_LEVEL", "7")]
    public void a_text_that_makes_no_sense_is_told_by_name(string name, string text)
    {
        var read = () => Read([], new() { [name] = text }, null);

        read.Should().Throw<SettingException>().Which.Message.Should().StartWith(name).And.Contain(text);
    }

    [Theory]
    [InlineData("debug", "Debug")]
    [InlineData("INFO", "Information")]
    [InlineData("error", "Error")]
    public void log_levels_are_the_contracts(string text, string level) =>
        Read([], new() { ["LOG_LEVEL"] = text }, null)["Logging:LogLevel:Default"].Should().Be(level);

    [Fact]
    public void settings_are_printed_without_secrets()
    {
        var configuration = Read([], Examples.ToDictionary(e => e.Key, e => e.Value.Text), null);
        using var output = new StringWriter();

        SettingsReport.Print(configuration, output);

        foreach (var variable in ContractVariables.All)
        {
            output.ToString().Should().Contain(variable.Name);
            if (variable.Secret)
            {
                output.ToString().Should().NotContain(Examples[variable.Name].Value);
            }
            else
            {
                output.ToString().Should().Contain(Examples[variable.Name].Value);
            }
        }
    }

    private static void EachShouldArrive(Func<Dictionary<string, string>, string?, IConfiguration> read)
    {
        foreach (var variable in ContractVariables.All)
        {
            var (text, value) = Examples[variable.Name];

            read(new() { [variable.Name] = text }, variable.Name)[variable.Key].Should().Be(value, variable.Name);
        }
    }

    private static IConfiguration Read(Dictionary<string, string> dotEnv, Dictionary<string, string> environment, string? only)
    {
        var builder = new ConfigurationBuilder();
        builder.AddContract(dotEnv, name => only is null || name == only ? environment.GetValueOrDefault(name) : null);
        return builder.Build();
    }
}

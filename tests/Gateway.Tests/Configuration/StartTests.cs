using System.Diagnostics;
using Latchkey.Gateway.Configuration;
using Microsoft.Extensions.Logging;

namespace Latchkey.Gateway.Tests.Configuration;

/// <summary>The gateway as a process: what a wrong setting does to it, and that each right one arrives.</summary>
public sealed class StartTests : IDisposable
{
    private const int ConfigurationError = 78;
    private const string Secret = "canary-secret-0123456789-0123456789-0123";

    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("PORT", "abc")]
    [InlineData("PORT", "70000")]
    [InlineData("HOST", "not-an-address")]
    [InlineData("RATE_LIMIT_MAX", "0")]
    [InlineData("RATE_LIMIT_MAX", "many")]
    [InlineData("RATE_LIMIT_WINDOW", "soon")]
    [InlineData("JWT_EXPIRATION_HOURS", "x")]
    [InlineData("JWT_EXPIRATION_HOURS", "0")]
    [InlineData("JWT_EXPIRATION_HOURS", "100000")]
    [InlineData("JWT_SECRET", "short")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("MAX_PAYLOAD_SIZE", "999999999")]
    [InlineData("MAX_PAYLOAD_SIZE", "2MB")]
    [InlineData("ALLOWED_MODELS", "*x")]
    [InlineData("REDIS_URL", "http://localhost")]
    [InlineData("DATABASE_URL", "mysql://localhost/x")]
    [InlineData("DATABASE_URL", "postgres://gate@localhost/x?sslmode=perhaps")]
    [InlineData("DATA_DIR", "/proc/latchkey")]
    [InlineData("ANTHROPIC_BASE_URL", "http://203.0.113.1")]
    [InlineData("ANTHROPIC_BASE_URL", "https://api.example/v1")]
    [InlineData("ANTHROPIC_BASE_URL", "nonsense")]
    [InlineData("PROXY_BASE_URL", "nonsense")]
    [InlineData("ADMIN_API_KEY", "short")]
    [InlineData("RETENTION_DAYS", "-1")]
    [InlineData("RETENTION_DAYS", "3651")]
    [InlineData("RETENTION_DAYS", "ninety")]
    [InlineData("CORS_ORIGINS", "app.example")]
    [InlineData("CORS_ORIGINS", "*")]
    [InlineData("ANTHROPIC_ADMIN_KEY", "sk-ant-admin \u00e9")]
    [InlineData("PRICES_FILE", "/nowhere/prices.json")]
    [InlineData("PRICE_OVERRIDES", "/nowhere/overrides.json")]
    [InlineData("ANTHROPIC_API_KEY", "sk-ant-a, ,sk-ant-b\u00e9")]
    public async Task a_wrong_setting_is_told_in_one_line_that_names_it(string name, string value)
    {
        var settings = new Dictionary<string, string>(Good()) { [name] = value };
        var start = async () =>
        {
            var arguments = settings.SelectMany(s => new[] { "--" + KeyOf(s.Key), ContractVariables.All.FirstOrDefault(v => v.Name == s.Key)?.Translate(s.Value) ?? s.Value });
            await using var app = GatewayHost.Create([.. arguments], builder => builder.Logging.ClearProviders());
        };

        var thrown = (await start.Should().ThrowAsync<Exception>()).Which;
        SettingProblem.Of(thrown).Should().NotBeNull(thrown.ToString()).And.Contain(name).And.NotContain("\n").And.NotContain(Secret);
    }

    [Fact]
    public async Task a_wrong_setting_ends_the_process_without_a_stack_trace()
    {
        var (exit, output, error) = await RunAsync([], ("RATE_LIMIT_MAX", "0"));

        exit.Should().Be(ConfigurationError, output + error);
        error.Trim().Split('\n').Should().ContainSingle().Which.Should()
            .Be("latchkey: RATE_LIMIT_MAX (Latchkey:Limits:RequestsPerWindow): the value must be between 1 and 1000000.");
        output.Should().BeEmpty();
    }

    [Theory]
    [InlineData("JWT_SECRET")]
    [InlineData("ADMIN_API_KEY")]
    [InlineData("ANTHROPIC_API_KEY")]
    public async Task production_needs_what_development_generates(string missing)
    {
        var settings = new Dictionary<string, string>(Good()) { ["ASPNETCORE_ENVIRONMENT"] = "Production", ["HOST"] = "127.0.0.1", [missing] = "" };
        var start = async () =>
        {
            await using var app = GatewayHost.Create([.. settings.SelectMany(s => new[] { "--" + KeyOf(s.Key), s.Value })], builder => builder.Logging.ClearProviders());
        };

        (await start.Should().ThrowAsync<SettingException>()).Which.Message.Should().Contain(missing);
    }

    [Fact]
    public async Task production_on_the_network_needs_a_word_about_enrolment()
    {
        var (exit, _, error) = await RunAsync([], ("ASPNETCORE_ENVIRONMENT", "Production"), ("HOST", ""));

        exit.Should().Be(ConfigurationError);
        error.Should().Contain("HOST is 0.0.0.0").And.Contain("AllowOpenOnNetwork");
    }

    [Fact]
    public async Task a_wrong_line_in_the_env_file_is_told()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ".env"), "PORT=0\n" + Secret);

        var (exit, _, error) = await RunAsync([]);

        exit.Should().Be(ConfigurationError);
        error.Should().Contain(".env, line 2").And.NotContain(Secret);
    }

    [Fact]
    public async Task settings_are_printed_and_nothing_is_started()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ".env"), "PORT=4001\nRATE_LIMIT_WINDOW=90000\nMAX_PAYLOAD_SIZE=5000");

        var (exit, output, _) = await RunAsync(["settings"], ("MAX_PAYLOAD_SIZE", "6000"), ("PORT", null));

        exit.Should().Be(0);
        output.Should().MatchRegex(@"PORT +4001").And.MatchRegex(@"RATE_LIMIT_WINDOW +00:01:30").And.MatchRegex(@"MAX_PAYLOAD_SIZE +6000")
            .And.MatchRegex(@"JWT_SECRET +\(set, hidden\)").And.MatchRegex(@"CORS_ORIGINS +\(default: none\)");
        output.Should().NotContain(Secret);
        foreach (var variable in ContractVariables.All)
        {
            output.Should().Contain(variable.Name);
        }
    }

    [Fact]
    public async Task the_env_file_may_choose_the_environment()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, ".env"), "ASPNETCORE_ENVIRONMENT=Production");

        var (exit, _, error) = await RunAsync([], ("ASPNETCORE_ENVIRONMENT", null), ("HOST", "127.0.0.1"), ("JWT_SECRET", null));

        exit.Should().Be(ConfigurationError);
        error.Should().Contain("JWT_SECRET is missing");
    }

    private Dictionary<string, string> Good() => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["PORT"] = "0",
        ["ANTHROPIC_API_KEY"] = "sk-ant-" + Secret,
        ["JWT_SECRET"] = Secret,
        ["ADMIN_API_KEY"] = "lka-" + Secret,
        ["DATA_DIR"] = Path.Combine(_folder, "data"),
    };

    private static string KeyOf(string name) => name == "ASPNETCORE_ENVIRONMENT"
        ? "environment"
        : ContractVariables.All.First(v => v.Name == name).Key;

    /// <summary>Runs the gateway with good settings but for the given ones; null takes one away.</summary>
    private async Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments, params (string Name, string? Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(GatewayHost).Assembly.Location, .. arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in ContractVariables.All)
        {
            start.Environment.Remove(variable.Name);
        }

        var good = Good().ToDictionary(s => s.Key, s => (string?)s.Value);
        foreach (var (name, value) in settings)
        {
            good[name] = value;
        }

        foreach (var (name, value) in good)
        {
            if (value is null)
            {
                start.Environment.Remove(name);
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return (process.ExitCode, await output, await error);
    }
}

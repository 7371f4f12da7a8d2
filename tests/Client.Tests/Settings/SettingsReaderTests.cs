using Latchkey.Client.Settings;

namespace Latchkey.Client.Tests.Settings;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-settings-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public SettingsReaderTests() => _environment["LATCHKEY_HOME"] = _folder;

    private string MachineFile => Path.Combine(_folder, "machine.json");

    private string PersonFile => Path.Combine(_folder, "latchkey.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void with_nothing_set_there_is_no_gateway()
    {
        var options = Read();

        options.Enabled.Should().BeFalse();
        options.BootstrapUrl.Should().BeNull();
        options.Origin.Should().BeNull();
    }

    [Fact]
    public void the_three_variables_of_the_contract_are_read()
    {
        Set(("ENABLE_PROXY", "true"), ("PROXY_BOOTSTRAP_URL", "https://claude.example.com/bootstrap"), ("PROXY_HEALTH_URL", "https://health.example.com/z"));

        var options = Read();

        options.Enabled.Should().BeTrue();
        options.BootstrapUrl.Should().Be(new Uri("https://claude.example.com/bootstrap"));
        options.HealthAddress.Should().Be(new Uri("https://health.example.com/z"));
        options.Origin.Should().Be("environment");
    }

    [Theory]
    [InlineData("https://claude.example.com/bootstrap", "https://claude.example.com/healthz", "https://claude.example.com/refresh")]
    [InlineData("https://example.com/claude/bootstrap", "https://example.com/claude/healthz", "https://example.com/claude/refresh")]
    public void health_and_refresh_stand_beside_bootstrap(string bootstrap, string health, string refresh)
    {
        Set(("ENABLE_PROXY", "1"), ("PROXY_BOOTSTRAP_URL", bootstrap));

        Read().HealthAddress.Should().Be(new Uri(health));
        Read().RefreshAddress.Should().Be(new Uri(refresh));
    }

    [Fact]
    public void an_address_in_the_environment_alone_does_not_turn_it_on()
    {
        Set(("PROXY_BOOTSTRAP_URL", "https://claude.example.com/bootstrap"));

        Read().Enabled.Should().BeFalse();
    }

    [Fact]
    public void a_file_that_names_a_gateway_turns_it_on_unless_told_otherwise()
    {
        File.WriteAllText(MachineFile, """{"proxy_bootstrap_url": "https://machine.example.com/bootstrap", "enrollment_code": "c"}""");
        Read().Should().BeEquivalentTo(new { Enabled = true, EnrollmentCode = "c", Origin = MachineFile });

        File.WriteAllText(PersonFile, """{"enable_proxy": false}""");
        Read().Enabled.Should().BeFalse();

        Set(("ENABLE_PROXY", "yes"));
        Read().Enabled.Should().BeTrue();
    }

    [Fact]
    public void the_environment_goes_before_the_person_and_the_person_before_the_machine()
    {
        File.WriteAllText(MachineFile, """{"proxy_bootstrap_url": "https://machine.example.com/bootstrap", "proxy_health_url": "https://machine.example.com/h", "store": "file"}""");
        Read().BootstrapUrl!.Host.Should().Be("machine.example.com");

        // The machine's health address belongs to the machine's gateway.
        File.WriteAllText(PersonFile, """{ /* mine */ "proxy_bootstrap_url": "https://person.example.com/bootstrap", "theme": "dark", }""");
        Read().HealthAddress.Should().Be(new Uri("https://person.example.com/healthz"));
        Read().Store.Should().Be(SecretStoreChoice.File);

        Set(("PROXY_BOOTSTRAP_URL", "https://env.example.com/bootstrap"), ("LATCHKEY_STORE", "system"));
        Read().BootstrapUrl!.Host.Should().Be("env.example.com");
        Read().Store.Should().Be(SecretStoreChoice.System);
    }

    [Fact]
    public void a_wrapper_token_in_the_place_of_a_key_is_no_key_of_ones_own()
    {
        Set(("ANTHROPIC_API_KEY", "sk-ant-proxy-eyJ"));
        Read().OwnKey.Should().BeNull();

        Set(("ANTHROPIC_API_KEY", "sk-ant-api03-x"));
        Read().OwnKey.Should().Be("sk-ant-api03-x");
    }

    [Theory]
    [InlineData("ENABLE_PROXY", "perhaps", "ENABLE_PROXY should be true or false.")]
    [InlineData("PROXY_BOOTSTRAP_URL", "claude.example.com", "PROXY_BOOTSTRAP_URL should be an http or https address*")]
    [InlineData("PROXY_BOOTSTRAP_URL", "https://me:secret@claude.example.com/bootstrap", "PROXY_BOOTSTRAP_URL should be an http or https address without a password*")]
    [InlineData("PROXY_HEALTH_URL", "file:///etc/passwd", "PROXY_HEALTH_URL should be*")]
    [InlineData("LATCHKEY_STORE", "vault", "LATCHKEY_STORE should be auto, system or file.")]
    public void a_value_that_cannot_be_used_is_named_and_never_repeated(string name, string value, string message)
    {
        Set((name, value));

        var reading = Read;

        reading.Should().Throw<LatchkeySettingsException>().WithMessage(message).Which.Message.Should().NotContain("secret");
    }

    [Theory]
    [InlineData("{\n  \"enable_proxy\": maybe\n}", "*line 2*")]
    [InlineData("""{"enable_proxy": "true"}""", "*enable_proxy*line 1*")]
    [InlineData("null", "*is empty*")]
    [InlineData("""{"proxy_bootstrap_url": "x"}""", "proxy_bootstrap_url in *latchkey.json should be*")]
    public void a_file_that_cannot_be_used_is_named_with_its_line(string json, string message)
    {
        File.WriteAllText(PersonFile, json);

        var reading = Read;

        reading.Should().Throw<LatchkeySettingsException>().WithMessage(message);
    }

    [Fact]
    public void turned_on_without_an_address_is_an_error_that_names_the_variable()
    {
        Set(("ENABLE_PROXY", "true"));

        var opening = () => new LatchkeyClient(Read());

        opening.Should().Throw<LatchkeySettingsException>().WithMessage("*PROXY_BOOTSTRAP_URL*");
    }

    [Fact]
    public void a_file_that_is_written_is_read_the_same_with_what_others_keep_in_it()
    {
        File.WriteAllText(PersonFile, """{"theme": {"dark": true}, "proxy_bootstrap_url": "https://old.example.com/bootstrap"}""");

        (SettingsFile.Read(PersonFile)! with { ProxyBootstrapUrl = "https://new.example.com/bootstrap" }).Write(PersonFile);

        Read().BootstrapUrl!.Host.Should().Be("new.example.com");
        File.ReadAllText(PersonFile).Should().Contain("\"dark\": true");
        Directory.GetFiles(_folder).Should().HaveCount(1);
    }

    private LatchkeyOptions Read() => new SettingsReader(name => _environment.GetValueOrDefault(name), MachineFile).Read();

    private void Set(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            _environment[name] = value;
        }
    }
}

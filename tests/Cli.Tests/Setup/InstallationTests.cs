using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Latchkey.Cli.Output;
using Latchkey.Cli.Setup;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Cli.Tests.Setup;

/// <summary>Setting up real files, and taking that back.</summary>
public sealed class InstallationTests : IDisposable
{
    private static readonly IReadOnlyList<Wanted> Wish = ClaudeCodeSettings.Wanted("https://claude.example.com", "latchkey token --helper", 300_000);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 10, 20, 30, TimeSpan.Zero));
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-setup-").FullName;

    private string File => Path.Combine(_folder, "claude", "settings.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void a_file_that_isnt_there_is_made_and_taken_away_again()
    {
        var outcome = Installation().Apply(Wish, dryRun: false);

        outcome.Backup.Should().BeNull();
        var settings = Read();
        settings["apiKeyHelper"]!.GetValue<string>().Should().Be("latchkey token --helper");
        settings["env"]!["ANTHROPIC_BASE_URL"]!.GetValue<string>().Should().Be("https://claude.example.com");
        settings["env"]!["ENABLE_TOOL_SEARCH"]!.GetValue<string>().Should().Be("true");

        Installation().Undo(dryRun: false)!.Left.Should().BeEmpty();

        System.IO.File.Exists(File).Should().BeFalse();
        Installation().Undo(dryRun: false).Should().BeNull("it is done");
    }

    [Theory]
    [InlineData("{\n  \"model\": \"opus\",\n  \"env\": {\n    \"FOO\": \"bär\"\n  }\n}\n")]
    [InlineData("{\n\t\"model\": \"opus\"\n}")]
    [InlineData("{\r\n    \"model\": \"opus\"\r\n}\r\n")]
    [InlineData("\uFEFF{ \"model\" : 1.50e3 }")]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("{\"env\":{\"ANTHROPIC_API_KEY\":\"sk-ant-1\",\"ENABLE_TOOL_SEARCH\":\"false\",\"ANTHROPIC_BASE_URL\":\"https://elsewhere\"},\"apiKeyHelper\":\"mine\"}")]
    public void taken_back_at_once_the_file_is_what_it_was_to_the_byte(string text)
    {
        Write(text);
        var before = System.IO.File.ReadAllBytes(File);

        var outcome = Installation().Apply(Wish, dryRun: false);

        System.IO.File.ReadAllBytes(outcome.Backup!).Should().Equal(before);
        System.IO.File.ReadAllBytes(File).Should().NotEqual(before);
        Installation().Undo(dryRun: false);
        System.IO.File.ReadAllBytes(File).Should().Equal(before);
    }

    [Fact]
    public void what_the_person_has_chosen_stays_and_what_leads_elsewhere_goes()
    {
        Write("""{"env": {"ENABLE_TOOL_SEARCH": "false", "ANTHROPIC_API_KEY": "sk-ant-1", "FOO": "bar"}, "permissions": {"allow": ["Bash"]}}""");

        Installation().Apply(Wish, dryRun: false);

        var env = Read()["env"]!.AsObject();
        env["ENABLE_TOOL_SEARCH"]!.GetValue<string>().Should().Be("false");
        env["FOO"]!.GetValue<string>().Should().Be("bar");
        env.Should().NotContainKey("ANTHROPIC_API_KEY");
        Read()["permissions"]!["allow"]![0]!.GetValue<string>().Should().Be("Bash");
    }

    [Fact]
    public void later_edits_survive_being_taken_back()
    {
        Write("""{"env": {"ANTHROPIC_API_KEY": "sk-ant-1"}, "apiKeyHelper": "mine"}""");
        Installation().Apply(Wish, dryRun: false);
        var edited = Read();
        edited["model"] = "opus";
        edited["env"]!["ANTHROPIC_BASE_URL"] = "https://another";
        edited["env"]!["FOO"] = "bar";
        Write(edited.ToJsonString());

        var outcome = Installation().Undo(dryRun: false)!;

        outcome.Left.Select(k => k.ToString()).Should().Equal("env.ANTHROPIC_BASE_URL");
        JsonNode.DeepEquals(Read(), JsonNode.Parse("""
            {"env": {"ANTHROPIC_API_KEY": "sk-ant-1", "ANTHROPIC_BASE_URL": "https://another", "FOO": "bar"}, "apiKeyHelper": "mine", "model": "opus"}
            """)).Should().BeTrue(System.IO.File.ReadAllText(File));
        outcome.Backup.Should().NotBeNull();
    }

    [Fact]
    public void an_edit_between_two_runs_survives_being_taken_back()
    {
        Write("""{"model": "opus"}""");
        Installation().Apply(Wish, dryRun: false);
        var edited = Read();
        edited["model"] = "sonnet";
        Write(edited.ToJsonString());
        Installation().Apply(ClaudeCodeSettings.Wanted("https://new.example.com", "latchkey token --helper", 300_000), dryRun: false);

        Installation().Undo(dryRun: false);

        JsonNode.DeepEquals(Read(), JsonNode.Parse("""{"model": "sonnet"}""")).Should().BeTrue(System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void a_second_run_does_nothing()
    {
        Write("""{"model": "opus"}""");
        Installation().Apply(Wish, dryRun: false);
        var after = System.IO.File.ReadAllBytes(File);

        var outcome = Installation().Apply(Wish, dryRun: false);

        outcome.Changed.Should().BeEmpty();
        System.IO.File.ReadAllBytes(File).Should().Equal(after);
        Directory.GetFiles(Path.GetDirectoryName(File)!).Should().HaveCount(2, "the file and one copy");
    }

    [Fact]
    public void a_dry_run_says_what_would_be_and_writes_nothing()
    {
        Write("""{"model": "opus"}""");

        Installation().Apply(Wish, dryRun: true).Changed.Select(r => r.Key.ToString()).Should().Contain(["apiKeyHelper", "env.ANTHROPIC_BASE_URL"]);

        System.IO.File.ReadAllText(File).Should().Be("""{"model": "opus"}""");
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Should().Equal(File);
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"b\": \n}", "line 4")]
    [InlineData("{\n  // no comment\n}", "line 2")]
    [InlineData("{\"a\": 1, \"a\": 2}", "a key twice")]
    [InlineData("[]", "isn't a JSON object")]
    [InlineData("{\"env\": [\"FOO\"]}", "env isn't an object")]
    [InlineData("{\"forceLoginMethod\": \"console\"}", "forceLoginMethod")]
    public void what_isnt_understood_is_left_alone(string text, string words)
    {
        Write(text);

        var apply = () => Installation().Apply(Wish, dryRun: false);

        apply.Should().Throw<CommandException>().WithMessage($"*{words}*");
        System.IO.File.ReadAllText(File).Should().Be(text);
        Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Should().Equal(File);
    }

    [Fact]
    public void bytes_that_are_no_text_are_left_alone()
    {
        Write("{}");
        System.IO.File.WriteAllBytes(File, [(byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}']);

        var apply = () => Installation().Apply(Wish, dryRun: false);

        apply.Should().Throw<CommandException>().WithMessage("*isn't UTF-8*");
    }

    [Fact]
    public void the_files_mode_is_kept_and_copies_have_it_too()
    {
        Write("{}");
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        SetMode(File, mode);

        var outcome = Installation().Apply(Wish, dryRun: false);

        Mode(File).Should().Be(mode);
        Mode(outcome.Backup!).Should().Be(mode);
        Mode(Directory.GetFiles(Path.Combine(_folder, "own", "setup")).Single()).Should().Be(mode, "it may hold a key that was taken out");
    }

    [Fact]
    public void an_administrators_new_file_can_be_read_by_all()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

        Installation(newMode: mode).Apply(Wish, dryRun: false);

        Mode(File).Should().Be(mode);
    }

    [Fact]
    public void a_link_is_written_through_and_stays_a_link()
    {
        var real = Path.Combine(_folder, "dotfiles", "claude.json");
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        System.IO.File.WriteAllText(real, """{"model": "opus"}""");
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.CreateSymbolicLink(File, Path.Combine("..", "dotfiles", "claude.json"));

        var outcome = Installation().Apply(Wish, dryRun: false);

        outcome.File.Should().Be(real);
        System.IO.File.ResolveLinkTarget(File, returnFinalTarget: true)!.FullName.Should().Be(real);
        System.IO.File.ReadAllText(real).Should().Contain("apiKeyHelper");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void a_projects_link_out_of_the_project_is_left_alone(bool linkedFolder)
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        System.IO.File.WriteAllText(Path.Combine(outside, "settings.json"), "{}");
        var project = Directory.CreateDirectory(Path.Combine(_folder, "project")).FullName;
        if (linkedFolder)
        {
            Directory.CreateSymbolicLink(Path.Combine(project, ".claude"), outside);
        }
        else
        {
            Directory.CreateDirectory(Path.Combine(project, ".claude"));
            System.IO.File.CreateSymbolicLink(Path.Combine(project, ".claude", "settings.json"), Path.Combine(outside, "settings.json"));
        }

        var apply = () => new Installation(Path.Combine(project, ".claude", "settings.json"), project, Path.Combine(_folder, "own"), null, _time).Apply(Wish, dryRun: false);

        apply.Should().Throw<CommandException>().WithMessage("*link out of*");
        System.IO.File.ReadAllText(Path.Combine(outside, "settings.json")).Should().Be("{}");
    }

    [Fact]
    public void links_in_a_circle_are_told()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.CreateSymbolicLink(File, File + "2");
        System.IO.File.CreateSymbolicLink(File + "2", File);

        var apply = () => Installation().Apply(Wish, dryRun: false);

        apply.Should().Throw<CommandException>().WithMessage("*leads nowhere*");
    }

    [Fact]
    public void settings_of_any_kind_come_back_as_they_were() => Gen.Select(Gen.String.AlphaNumeric, Gen.Int).Array[0, 5].Sample(
        pairs =>
        {
            var settings = new JsonObject();
            foreach (var (name, value) in pairs)
            {
                settings[name] = value;
            }

            Write(settings.ToJsonString());
            Installation().Apply(Wish, dryRun: false);
            var edited = Read();
            edited["added"] = true;
            Write(edited.ToJsonString());
            Installation().Undo(dryRun: false);

            settings["added"] = true;
            return JsonNode.DeepEquals(Read(), settings);
        },
        threads: 1,
        iter: 30);

    private Installation Installation(UnixFileMode? newMode = null) => new(File, within: null, Path.Combine(_folder, "own"), newMode, _time);

    private JsonObject Read() => JsonNode.Parse(System.IO.File.ReadAllText(File))!.AsObject();

    private void Write(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : System.IO.File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, mode);
        }
    }
}

using Latchkey.Cli.Output;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

/// <summary>The person's own --settings among Claude Code's arguments.</summary>
public sealed class ClaudeSettingsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void arguments_without_it_stay_as_they_are()
    {
        var (others, settings) = ClaudeSettings.Take(["-p", "what does --settings mean?", "--model", "opus"]);

        others.Should().Equal("-p", "what does --settings mean?", "--model", "opus");
        settings.Should().BeNull();
    }

    [Fact]
    public void it_is_taken_out_in_either_form_and_the_last_counts()
    {
        var (others, settings) = ClaudeSettings.Take(["--settings", """{"a":1}""", "-p", "--settings={\"b\":2}", "hi"]);

        others.Should().Equal("-p", "hi");
        settings!.ToJsonString().Should().Be("""{"b":2}""");
    }

    [Fact]
    public void behind_two_dashes_it_is_a_word_like_any()
    {
        var (others, settings) = ClaudeSettings.Take(["-p", "--", "--settings", "{}"]);

        others.Should().Equal("-p", "--", "--settings", "{}");
        settings.Should().BeNull();
    }

    [Fact]
    public void it_may_be_a_file()
    {
        File.WriteAllText(_file, """{"model": "opus"}""");

        ClaudeSettings.Take(["--settings", _file]).Settings!["model"]!.GetValue<string>().Should().Be("opus");
    }

    [Theory]
    [InlineData("{\n\"a\":\n}", "line 3")]
    [InlineData("/nowhere/settings.json", "/nowhere/settings.json")]
    public void what_cannot_be_read_is_told(string value, string words)
    {
        var take = () => ClaudeSettings.Take(["--settings", value]);

        take.Should().Throw<CommandException>().Where(e => e.ExitCode == ExitCode.Usage && e.Message.Contains(words));
    }
}

using Latchkey.Cli.Output;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public class EnvCommandTests
{
    [Theory]
    [InlineData("/bin/bash", false, "sh")]
    [InlineData("/usr/bin/zsh", false, "sh")]
    [InlineData("/usr/bin/fish", false, "fish")]
    [InlineData("/opt/microsoft/powershell/7/pwsh", false, "powershell")]
    [InlineData(null, false, "sh")]
    [InlineData(null, true, "powershell")]
    [InlineData("/usr/bin/bash", true, "sh")]
    public void the_shell_is_the_one_that_the_environment_names(string? shell, bool windows, string language) =>
        EnvCommand.Detect(name => name == "SHELL" ? shell : null, windows).Should().Be(language);

    [Fact]
    public void a_shell_that_nothing_is_written_for_is_told()
    {
        var detect = () => EnvCommand.Detect(_ => "/bin/tcsh", windows: false);

        detect.Should().Throw<CommandException>().Which.ExitCode.Should().Be(ExitCode.Usage);
    }

    [Theory]
    [InlineData("powershell", "it's", "$env:X = 'it''s'")]
    [InlineData("powershell", null, "Remove-Item Env:X -ErrorAction SilentlyContinue")]
    [InlineData("cmd", "a b", "set \"X=a b\"")]
    [InlineData("cmd", null, "set \"X=\"")]
    public void windows_shells_set_and_unset(string shell, string? value, string line) => EnvCommand.Line(shell, "X", value).Should().Be(line);
}

using Latchkey.Cli.Completion;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Tests.Completion;

public class CompleterTests
{
    [Theory]
    [InlineData("", "claude,run,env,setup,login,logout,status,token,refresh,doctor,usage,completion,help")]
    [InlineData("log", "login,logout")]
    [InlineData("setup ", "claude-code")]
    [InlineData("setup claude-code --u", "--user,--undo")]
    [InlineData("usage --period ", "all,day,month,week,year")]
    [InlineData("usage --period w", "week")]
    [InlineData("usage --period week --b", "--by")]
    [InlineData("env --shell f", "fish")]
    [InlineData("completion ", "bash,fish,powershell,zsh")]
    [InlineData("help lo", "login,logout")]
    [InlineData("token --", "--json,--allow-direct,--helper,--help")]
    [InlineData("run ", ":command")]
    [InlineData("run --", "--fresh,--help")]
    [InlineData("run -- make --", "")]
    [InlineData("claude --", "--help")]
    [InlineData("claude -p --mo", "")]
    [InlineData("nonsense ", "claude,run,env,setup,login,logout,status,token,refresh,doctor,usage,completion,help")]
    public void what_may_follow_is_offered(string typed, string offered)
    {
        var terminal = new Terminal { Output = TextWriter.Null, Error = TextWriter.Null };
        var root = CommandLine.Define(new Surroundings(terminal, TimeProvider.System, new HelpTexts()));

        Completer.Complete(root, typed.Split(' ')).Select(c => c.Value)
            .Should().BeEquivalentTo(offered.Split(',', StringSplitOptions.RemoveEmptyEntries));
    }
}

using Latchkey.Cli.Output;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Tests.Run;

public sealed class ProgramFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-path-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void the_first_on_the_path_that_can_be_run_is_taken()
    {
        Put("one", "tool", executable: false);
        Directory.CreateDirectory(Path.Combine(_folder, "two", "tool"));
        var right = Put("three", "tool", executable: true);
        Put("four", "tool", executable: true);

        ProgramFile.Find("tool", PathOf("one", "two", "three", "four")).Should().Be(right);
    }

    [Fact]
    public void a_path_is_taken_as_it_is()
    {
        var tool = Put("one", "tool", executable: true);

        ProgramFile.Find(tool, _ => null).Should().Be(tool);
        ProgramFile.Find(Path.Combine(_folder, "one", "other"), _ => null).Should().BeNull();
    }

    [Theory]
    [InlineData("no-such-tool", ExitCode.NotFound)]
    [InlineData("./no-such-tool", ExitCode.NotFound)]
    [InlineData("/etc/passwd", ExitCode.CannotRun)]
    [InlineData("/etc", ExitCode.CannotRun)]
    [InlineData("", ExitCode.NotFound)]
    public void what_is_wrong_has_the_code_that_shells_use(string name, int code)
    {
        var require = () => ProgramFile.Require(name, PathOf("one"));

        require.Should().Throw<CommandException>().Which.ExitCode.Should().Be(code);
    }

    private Func<string, string?> PathOf(params string[] folders) =>
        name => name == "PATH" ? string.Join(':', folders.Select(f => Path.Combine(_folder, f))) : null;

    private string Put(string folder, string name, bool executable)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, folder)).FullName, name);
        File.WriteAllText(path, "#!/bin/sh\n");
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (executable ? UnixFileMode.UserExecute : 0));
        return path;
    }
}

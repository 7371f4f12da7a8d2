using Latchkey.EndToEnd.Tests.ClaudeCode;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Desktop;

/// <summary>A machine with <c>latchkey</c>, Claude Code and Node on the PATH, a fresh home, and no network but the gateway.</summary>
internal sealed class DesktopMachine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-desktop-");
    private readonly Dictionary<string, string> _programs;

    private DesktopMachine(string latchkey)
    {
        Home = _folder.CreateSubdirectory("home").FullName;
        Project = _folder.CreateSubdirectory("project").FullName;
        var claude = ClaudeCodeProgram.Path;
        _programs = new Dictionary<string, string> { ["latchkey"] = latchkey, ["claude"] = claude };
        Variables = new Dictionary<string, string>(ClaudeCodeProgram.Quiet)
        {
            ["HOME"] = Home,
            ["PATH"] = $"{Path.GetDirectoryName(latchkey)}:{Path.GetDirectoryName(claude)}:{Environment.GetEnvironmentVariable("PATH")}",
            ["LATCHKEY_STORE"] = "file",
        };
    }

    public string Home { get; }

    /// <summary>The folder that programs work in.</summary>
    public string Project { get; }

    public Dictionary<string, string> Variables { get; }

    /// <summary>One whose person has logged in.</summary>
    public static async Task<DesktopMachine> LoggedInAsync(Uri gateway)
    {
        var machine = new DesktopMachine(await LatchkeyBinary.PathAsync());
        (await machine.RunAsync("latchkey", "login", gateway.AbsoluteUri)).ExitCode.Should().Be(0);
        return machine;
    }

    /// <summary>Starts <c>latchkey</c> or <c>claude</c>.</summary>
    public ChildProcess Start(string program, params string[] arguments) =>
        ChildProcess.Start(_programs[program], arguments, Variables, Project, $"the npm packages of {Repository.Clients}");

    public async Task<Finished> RunAsync(string program, params string[] arguments)
    {
        await using var process = Start(program, arguments);
        return await process.EndAsync();
    }

    /// <summary>Writes a file of the person's; folders are made.</summary>
    public void Write(string text, params string[] path)
    {
        var file = Path.Combine([Home, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

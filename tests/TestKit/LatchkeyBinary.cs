using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Latchkey.TestKit;

/// <summary>The program <c>latchkey</c> as people get it: compiled ahead of time, one file. Published once for all tests that run it.</summary>
public static class LatchkeyBinary
{
    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>Its path; the first to ask waits for the compiler.</summary>
    public static Task<string> PathAsync() => Published.Value;

    private static async Task<string> PublishAsync()
    {
        var root = FindRoot();
        var folder = Path.Combine(root, "artifacts", "cli");
        Directory.CreateDirectory(folder);

        // Several test programs run at the same time.
        using var turn = await TurnAsync(Path.Combine(folder, ".lock"));
        var start = new ProcessStartInfo(
            "dotnet",
            ["publish", Path.Combine("src", "Cli"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--no-restore", "-o", folder, "-v", "quiet", "--nologo"])
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            // The test host's own build has nothing to do with this one.
            start.Environment.Remove(name);
        }

        using var publish = Process.Start(start)!;
        var errors = publish.StandardError.ReadToEndAsync();
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? Path.Combine(folder, OperatingSystem.IsWindows() ? "latchkey.exe" : "latchkey")
            : throw new InvalidOperationException($"latchkey isn't compiled (a C compiler is needed: install gcc and zlib1g-dev):\n{output}{await errors}");
    }

    private static async Task<FileStream> TurnAsync(string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(200, patience.Token);
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Latchkey.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Latchkey.slnx above {AppContext.BaseDirectory}: these tests run inside the working copy.");
    }
}

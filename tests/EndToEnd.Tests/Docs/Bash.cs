using System.Diagnostics;

namespace Latchkey.EndToEnd.Tests.Docs;

/// <summary>Runs bash in the root of the repository, with a home folder of its own.</summary>
internal static class Bash
{
    /// <summary>Exit code and everything that was printed.</summary>
    internal sealed record Result(int ExitCode, string Output, string Errors);

    public static async Task<Result> RunAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        var home = Directory.CreateTempSubdirectory("latchkey-home-");
        try
        {
            var start = new ProcessStartInfo("bash", arguments)
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["HOME"] = home.FullName;
            start.Environment["XDG_CACHE_HOME"] = Path.Combine(home.FullName, ".cache");
            start.Environment["no_proxy"] = "127.0.0.1,localhost";
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"bash {string.Join(' ', arguments)} didn't end.");
            }

            return new Result(process.ExitCode, await output, await errors);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}

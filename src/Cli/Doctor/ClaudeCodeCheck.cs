using System.ComponentModel;
using System.Diagnostics;
using Latchkey.Cli.Run;

namespace Latchkey.Cli.Doctor;

/// <summary>Is Claude Code there, and which?</summary>
internal sealed class ClaudeCodeCheck : IDoctorCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The first whose helper's output is taken as it should be; what this program rests on was seen in 2.1.330.</summary>
    private static readonly Version Oldest = new(2, 1, 227);

    public string Name => "Claude Code";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (ClaudeCommand.FindProgram(patient.Environment) is not { } program)
        {
            return new Finding.Doubtful(
                "not found on the PATH", $"Install it if you want to use it, or set {ClaudeCommand.ProgramVariable} to its path.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var said = await VersionAsync(program, patience.Token).ConfigureAwait(false);
            return !Version.TryParse(said.Split(' ')[0], out var version)
                ? new Finding.Doubtful($"{program} says '{said}' as its version", "Is it Claude Code?")
                : version < Oldest
                    ? new Finding.Doubtful($"{version} at {program}", $"Update it: {Oldest} or later is needed.")
                    : new Finding.Fine($"{version} at {program}");
        }
        catch (Exception e) when (
            e is Win32Exception or InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new Finding.Broken($"{program} doesn't run: {e.Message}", "Install Claude Code anew.");
        }
    }

    private static async Task<string> VersionAsync(string program, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, ["--version"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            return output.Trim();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

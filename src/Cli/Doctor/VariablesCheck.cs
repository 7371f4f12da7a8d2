using Latchkey.Cli.Run;

namespace Latchkey.Cli.Doctor;

/// <summary>Do variables of this shell lead a plain <c>claude</c> past the gateway?</summary>
internal sealed class VariablesCheck : IDoctorCheck
{
    public string Name => "Variables";

    public Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        var set = Conflicts.All.Where(name => patient.Environment(name) is { Length: > 0 }).ToList();
        return Task.FromResult<Finding>(
            patient.Gateway is null ? new Finding.Skipped("no gateway")
            : set.Count == 0 ? new Finding.Fine("none that leads past the gateway")
            : new Finding.Doubtful(
                $"{string.Join(", ", set)} {(set.Count == 1 ? "leads" : "lead")} a plain claude past the gateway",
                "'latchkey claude' leaves them out; for plain claude unset them."));
    }
}

using System.Net;
using Latchkey.Client.Gateway;

namespace Latchkey.Cli.Doctor;

/// <summary>Does the gateway say that it is well, and is its clock ours?</summary>
internal sealed class HealthCheck : IDoctorCheck
{
    /// <summary>Tokens' ages are counted here, so that a difference does no harm to them; Claude Code and certificates go by the clock.</summary>
    private static readonly TimeSpan FewSeconds = TimeSpan.FromSeconds(30);

    public string Name => "Health, clock";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.IsCutOff || patient.Gateway is null)
        {
            return new Finding.Skipped("no way there");
        }

        using var http = new HttpClient(GatewayConnections.Create()) { Timeout = patient.Options.HealthTimeout };
        try
        {
            var started = patient.Time.GetTimestamp();
            using var answer = await http.GetAsync(patient.Options.HealthAddress, cancellationToken).ConfigureAwait(false);
            var took = patient.Time.GetElapsedTime(started);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                patient.IsCutOff = true;
                return new Finding.Broken(
                    $"{patient.Options.HealthAddress} answers {(int)answer.StatusCode}",
                    "Is this the gateway's address? If so, ask your administrator.");
            }

            return Judge(answer.Headers.Date is { } date ? patient.Time.GetUtcNow() - (took / 2) - date : null, took);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            patient.IsCutOff = true;
            return new Finding.Broken($"no answer within {http.Timeout.TotalSeconds:0.#} s", "Ask your administrator whether the gateway is well.");
        }
        catch (HttpRequestException e)
        {
            patient.IsCutOff = true;
            return new Finding.Broken($"the gateway can't be asked: {e.Message}", "Is it running? Does a firewall or proxy stand between?");
        }
    }

    /// <param name="ahead">How far this machine's clock is ahead of the gateway's, which tells whole seconds; null when it tells none.</param>
    /// <param name="took">How long the answer took.</param>
    private static Finding Judge(TimeSpan? ahead, TimeSpan took)
    {
        var text = $"healthy in {took.TotalMilliseconds:0} ms";
        if (ahead is not { } difference)
        {
            return new Finding.Fine(text);
        }

        var seconds = Math.Abs(difference.TotalSeconds);
        return seconds < FewSeconds.TotalSeconds
            ? new Finding.Fine($"{text}, clocks agree")
            : new Finding.Doubtful(
                $"{text}; this machine's clock is {seconds:0} s {(difference > TimeSpan.Zero ? "ahead of" : "behind")} the gateway's",
                "Let the system set its clock by the network.");
    }
}

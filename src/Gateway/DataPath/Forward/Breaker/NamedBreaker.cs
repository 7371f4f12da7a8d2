namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>A breaker with its name in the registry and the log; <paramref name="model"/> is null for a host's.</summary>
internal sealed class NamedBreaker(string upstream, string? model, CircuitBreaker circuit, TimeProvider clock, ILogger logger)
{
    private long _lastUsed = clock.GetTimestamp();

    public string Upstream => upstream;

    public string? Model => model;

    public long LastUsed => Volatile.Read(ref _lastUsed);

    public Admission Enter()
    {
        Volatile.Write(ref _lastUsed, clock.GetTimestamp());
        var admission = circuit.Enter();
        Log(admission.Change);
        return admission;
    }

    public void Withdraw(in Admission admission) => circuit.Withdraw(admission);

    public void Answered(in Admission admission) => Log(circuit.Answered(admission));

    public void Complete(in Admission admission, CallOutcome outcome, bool answered) => Log(circuit.Complete(admission, outcome, answered));

    public CircuitReading Read() => circuit.Read();

    public void Reset()
    {
        circuit.Reset();
        logger.BreakerReset(upstream, Shown);
    }

    private string Shown => model ?? "(host)";

    private void Log(BreakerChange? change)
    {
        switch (change)
        {
            case null:
                break;
            case { To: CircuitState.Open, Overloaded: true }:
                logger.BreakerOpenedOverloaded(upstream, Shown, change.Pause);
                break;
            case { To: CircuitState.Open }:
                logger.BreakerOpened(upstream, Shown, change.Pause, change.Failures);
                break;
            case { To: CircuitState.HalfOpen }:
                logger.BreakerHalfOpen(upstream, Shown);
                break;
            default:
                logger.BreakerClosed(upstream, Shown);
                break;
        }
    }
}

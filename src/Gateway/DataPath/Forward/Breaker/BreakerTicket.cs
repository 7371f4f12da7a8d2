namespace Latchkey.Gateway.DataPath.Forward.Breaker;

/// <summary>
/// The duty to say how one admitted call went. The first completion counts and later ones do nothing; disposing without one is
/// neutral, so that no way out of the caller can leave a probe hanging. Thread-safe.
/// </summary>
internal sealed class BreakerTicket : IDisposable
{
    private const int Open = 0;
    private const int Answered = 1;
    private const int Done = 2;

    private readonly NamedBreaker? _model;
    private readonly Admission _modelAdmission;
    private readonly NamedBreaker _host;
    private readonly Admission _hostAdmission;
    private int _stage;

    public BreakerTicket(NamedBreaker? model, in Admission modelAdmission, NamedBreaker host, in Admission hostAdmission)
    {
        _model = model;
        _modelAdmission = modelAdmission;
        _host = host;
        _hostAdmission = hostAdmission;
    }

    /// <summary>
    /// The first byte of a valid (2xx) response came: a probe has succeeded. What happens later is still to be reported with
    /// <see cref="Complete"/>, and a failure then counts as one.
    /// </summary>
    public void ReportFirstByte()
    {
        if (Interlocked.CompareExchange(ref _stage, Answered, Open) == Open)
        {
            _model?.Answered(_modelAdmission);
            _host.Answered(_hostAdmission);
        }
    }

    public void Complete(CallResult result)
    {
        var stage = Interlocked.Exchange(ref _stage, Done);
        if (stage == Done)
        {
            return;
        }

        _model?.Complete(_modelAdmission, result.Outcome, stage == Answered);
        var host = result.Host switch
        {
            HostContact.Reached => CallOutcome.Success,
            HostContact.Unreachable => CallOutcome.Failure,
            _ => CallOutcome.Neutral,
        };
        _host.Complete(_hostAdmission, host, stage == Answered);
    }

    public void Dispose() => Complete(new CallResult(CallOutcome.Neutral, HostContact.Unknown, Fault.None));
}

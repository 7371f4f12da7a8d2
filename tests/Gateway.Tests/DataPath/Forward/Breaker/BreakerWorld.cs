using Latchkey.Gateway.DataPath.Forward.Breaker;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

/// <summary>Breakers with a clock that the test moves, and calls that end as the test says.</summary>
internal sealed class BreakerWorld
{
    public const string Upstream = "api.anthropic.com";
    public const string A = "claude-a";
    public const string B = "claude-b";

    public static readonly CallResult Ok = OutcomeOf.Response(200, null);
    public static readonly CallResult Error = OutcomeOf.Response(500, "api_error");
    public static readonly CallResult Overloaded = OutcomeOf.Response(529, "overloaded_error");
    public static readonly CallResult NoConnection = OutcomeOf.Transport(TransportFailure.Connect);
    public static readonly CallResult Cut = OutcomeOf.Stream(StreamEnd.Truncated, null);

    public BreakerWorld(Action<BreakerOptions>? change = null)
    {
        change?.Invoke(Options);
        Breakers = new Breakers(Microsoft.Extensions.Options.Options.Create(Options), Clock, Log);
    }

    public BreakerOptions Options { get; } = new();

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.Parse("2026-11-22T10:00:00Z", null));

    public RecordedLog<Breakers> Log { get; } = new();

    public Breakers Breakers { get; }

    public BreakerTicket Admit(string? model = A) =>
        Breakers.Enter(Upstream, model).Should().BeOfType<BreakerEntry.Allowed>().Subject.Ticket;

    public BreakerEntry.Refused Refuse(string? model = A) =>
        Breakers.Enter(Upstream, model).Should().BeOfType<BreakerEntry.Refused>().Subject;

    public void Call(CallResult result, string? model = A) => Admit(model).Complete(result);

    public void Calls(int count, CallResult result, string? model = A)
    {
        for (var i = 0; i < count; i++)
        {
            Call(result, model);
        }
    }

    /// <summary>A stream that began well and ended as said.</summary>
    public void Stream(CallResult end, string? model = A)
    {
        var ticket = Admit(model);
        ticket.ReportFirstByte();
        ticket.Complete(end);
    }

    public void OpenByFailures(string model = A) => Calls(Options.FailuresToOpen, Error, model);

    public void Wait(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    public BreakerSnapshot Of(string? model) => Breakers.Snapshots().Single(s => s.Upstream == Upstream && s.Model == model);

    public CircuitState State(string? model = A) => Of(model).State;
}

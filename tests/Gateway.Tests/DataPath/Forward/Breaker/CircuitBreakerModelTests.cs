using CsCheck;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

/// <summary>Random histories, beside a model that keeps its books in plain lists and says what must be seen from outside.</summary>
public class CircuitBreakerModelTests
{
    private static readonly BreakerOptions Options = new() { OverloadMinimumCalls = 6 };

    /// <summary>What happens next: which of the calls under way is meant is taken modulo their number.</summary>
    private static readonly Gen<(int Kind, int Which)> Step = Gen.Select(Gen.Int[0, 15], Gen.Int[0, 1000]);

    [Fact]
    public void any_history_goes_as_in_the_model()
    {
        Step.Array[0, 200].Sample(Replay, iter: 5_000, threads: 1);
    }

    private static void Replay((int Kind, int Which)[] steps)
    {
        var clock = new FakeTimeProvider();
        var real = new CircuitBreaker(Options, clock, () => 0);
        var model = new Model();
        var running = new List<(Admission Admission, Model.Call Call, bool Answered)>();
        foreach (var (kind, which) in steps)
        {
            switch (kind)
            {
                case <= 4:
                    var admission = real.Enter();
                    var call = model.Enter();
                    admission.Allowed.Should().Be(call is not null);
                    if (call is not null)
                    {
                        running.Add((admission, call, false));
                    }
                    else
                    {
                        admission.RetryAfter.Should().BePositive();
                    }

                    break;
                case 5:
                    clock.Advance(TimeSpan.FromMilliseconds(which));
                    model.Now += TimeSpan.FromMilliseconds(which);
                    break;
                case 6:
                    clock.Advance(TimeSpan.FromSeconds(which / 20));
                    model.Now += TimeSpan.FromSeconds(which / 20);
                    break;
                case 7 when running.Count > 0:
                    var (waiting, answered, done) = running[which % running.Count];
                    if (!done)
                    {
                        real.Answered(waiting);
                        model.Answered(answered);
                        running[which % running.Count] = (waiting, answered, true);
                    }

                    break;
                case 8 when which % 50 == 0:
                    real.Reset();
                    model.Reset();
                    break;
                case > 8 when running.Count > 0:
                    var (ending, ended, wasAnswered) = running[which % running.Count];
                    running.RemoveAt(which % running.Count);
                    var outcome = kind > 12 ? CallOutcome.Failure : (CallOutcome)(kind % 4);
                    real.Complete(ending, outcome, wasAnswered);
                    model.Complete(ended, outcome, wasAnswered);
                    break;
            }

            var seen = real.Read();
            (seen.State, seen.FailureCount, seen.SuccessCount).Should().Be((model.Shown, model.Failures.Count, model.Successes));
            running.Count(r => r.Call.Probing).Should().BeLessThanOrEqualTo(1);
        }
    }

    private sealed class Model
    {
        private readonly List<(long Second, bool Overloaded)> _answers = [];
        private CircuitState _state;
        private int _era;
        private TimeSpan _next;
        private Call? _probe;
        private int _overloads;

        public TimeSpan Now { get; set; }

        /// <summary>Failures in a row; true: after the first byte.</summary>
        public List<bool> Failures { get; } = [];

        public int Successes { get; private set; }

        public CircuitState Shown => _state == CircuitState.Open && Now >= _next ? CircuitState.HalfOpen : _state;

        public Call? Enter()
        {
            if (_state == CircuitState.Closed)
            {
                return new Call(_era);
            }

            if (Now < _next || _probe is not null)
            {
                return null;
            }

            _state = CircuitState.HalfOpen;
            _next = Now + TimeSpan.FromSeconds(1);
            return _probe = new Call(_era) { Probing = true };
        }

        public void Answered(Call call)
        {
            if (call.Era == _era)
            {
                Failures.RemoveAll(afterFirstByte => !afterFirstByte);
                _answers.Add((Second, false));
                ProbeWorked(call);
            }
        }

        public void Complete(Call call, CallOutcome outcome, bool answered)
        {
            if (call.Era != _era)
            {
                return;
            }

            if (outcome != CallOutcome.Neutral && !answered)
            {
                _answers.Add((Second, false));
            }

            switch (outcome)
            {
                case CallOutcome.Neutral:
                    Release(call);
                    break;
                case CallOutcome.Success:
                    Failures.Clear();
                    if (!answered)
                    {
                        ProbeWorked(call);
                    }

                    break;
                case CallOutcome.Failure:
                    Failures.Add(answered);
                    if (_state == CircuitState.HalfOpen || Failures.Count >= 5)
                    {
                        Open(TimeSpan.FromSeconds(30));
                    }

                    break;
                case CallOutcome.Overloaded:
                    _answers.Add((Second, true));
                    var recent = _answers.Where(a => a.Second > Second - 10).ToList();
                    var overloaded = recent.Count(a => a.Overloaded);
                    var calls = recent.Count - overloaded;
                    if (_state == CircuitState.HalfOpen || (calls >= Options.OverloadMinimumCalls && overloaded * 2 >= calls))
                    {
                        Open(TimeSpan.FromSeconds(Math.Min(60, 5 << Math.Min(_overloads++, 10))));
                    }

                    break;
            }
        }

        public void Reset()
        {
            _era++;
            Close();
        }

        private long Second => SecondOf(Now);

        private static long SecondOf(TimeSpan time) => (long)Math.Floor(time.TotalSeconds);

        private void ProbeWorked(Call call)
        {
            if (Release(call) && ++Successes == 2)
            {
                Close();
            }
        }

        private bool Release(Call call)
        {
            var held = ReferenceEquals(_probe, call);
            call.Probing = false;
            _probe = held ? null : _probe;
            return held;
        }

        private void Open(TimeSpan pause)
        {
            _state = CircuitState.Open;
            _era++;
            _next = Now + pause;
            Forget();
        }

        private void Close()
        {
            _state = CircuitState.Closed;
            Failures.Clear();
            _overloads = 0;
            Forget();
        }

        private void Forget()
        {
            if (_probe is not null)
            {
                _probe.Probing = false;
            }

            _probe = null;
            Successes = 0;
            _answers.Clear();
        }

        public sealed class Call(int era)
        {
            public int Era => era;

            public bool Probing { get; set; }
        }
    }
}

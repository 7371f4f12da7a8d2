using Latchkey.Gateway.DataPath.Measure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Latchkey.Gateway.Benchmarks.Steps;

internal static class MeasureSteps
{
    public static IEnumerable<Step> All()
    {
        yield return new Step("measure: stream of 20 events", Read("text/event-stream", Answers.Stream()));
        yield return new Step("measure: answer of 1 KB", Read("application/json", [Answers.Json()]));
    }

    /// <summary>Reads an answer piece by piece.</summary>
    public static Func<Measured> Read(string mediaType, byte[][] pieces)
    {
        var measure = new MeasureStage(NullLogger<MeasureStage>.Instance);
        var request = Call.Accepted(new StillClock(), Call.Http(), 1_000);
        return () =>
        {
            using var tap = measure.NewTap(request);
            tap.Attach(mediaType, null);
            foreach (var piece in pieces)
            {
                tap.Observe(piece);
            }

            return tap.Read();
        };
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator;

namespace Latchkey.EndToEnd.Tests.Durability;

public class SyncOrderTests
{
    private const int Calls = 200;

    [Fact]
    public async Task the_row_is_on_the_disk_before_the_last_bytes_of_the_answer_are_sent()
    {
        await using var simulator = SimulatorHost.Create(["--urls", "http://127.0.0.1:0"]);
        await simulator.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var folder = Directory.CreateTempSubdirectory("latchkey-trace-");
        try
        {
            var file = Path.Combine(folder.FullName, "trace");
            await using var gateway = await DurableGateway.StartAsync(
                http, simulator.Urls.First(), Path.Combine(folder.FullName, "data"), SystemCallTrace.Wrapper(file), "strace");
            var token = await PaidCall.TokenAsync(http, gateway.Address);
            var answers = new List<PaidAnswer>();
            for (var call = 1; call <= Calls; call++)
            {
                // Half of the streams come in pieces, so that the end isn't in one read with the beginning.
                var text = call % 4 == 0 ? "[simulate: event-delay=2]" : "Hello";
                answers.Add(await PaidCall.MakeAsync(http, gateway.Address, token, $"trace-{call}", stream: call % 2 == 0, text));
            }

            await gateway.StopAsync();
            var steps = SystemCallTrace.Read(await LinesAsync(file), gateway.Address.Port);

            answers.Should().AllSatisfy(answer => answer.Should().Match<PaidAnswer>(a => a.Whole && a.Status == HttpStatusCode.OK));
            steps.Should().Contain(step => step.Kind == TraceStepKind.LogSynced);
            answers.Where(answer => !IsSyncedBeforeItsEnd(steps, answer)).Select(answer => answer.Id).Should().BeEmpty();
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Calls} of {Calls} rows synced first; {steps.Count(step => step.Kind == TraceStepKind.LogSynced)} syncs of the log in all"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>
    /// The settlement is the first thing in the log that knows the upstream's request id: the admission was written before
    /// there was one.
    /// </summary>
    private static bool IsSyncedBeforeItsEnd(IReadOnlyList<TraceStep> steps, PaidAnswer answer)
    {
        var written = IndexOf(steps, 0, step => step.Kind == TraceStepKind.LogWritten && Mentions(step, answer.UpstreamRequestId!));
        var synced = IndexOf(steps, written, step => step.Kind == TraceStepKind.LogSynced);
        return written >= 0 && synced >= 0 && synced < EndSent(steps, answer);
    }

    /// <summary>Where the send begins with which the client has everything that its answer says.</summary>
    private static int EndSent(IReadOnlyList<TraceStep> steps, PaidAnswer answer)
    {
        var head = IndexOf(steps, 0, step => step.Kind == TraceStepKind.Sent && Mentions(step, $"request-id: {answer.UpstreamRequestId}\r\n"));
        head.Should().BeGreaterThanOrEqualTo(0, "the head of {0} should be in the trace", answer.Id);
        var end = answer.Stream ? "event: message_stop" : answer.Body[^40..];
        var sent = new StringBuilder();
        var last = IndexOf(steps, head, step =>
            step.Kind == TraceStepKind.Sent && step.Target == steps[head].Target
            && sent.Append(step.Bytes).ToString().Contains(end, StringComparison.Ordinal));
        last.Should().BeGreaterThanOrEqualTo(0, "the end of {0} should be in the trace", answer.Id);
        return last;
    }

    private static bool Mentions(TraceStep step, string text) => step.Bytes.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static int IndexOf(IReadOnlyList<TraceStep> steps, int from, Predicate<TraceStep> fits)
    {
        for (var i = Math.Max(from, 0); i < steps.Count; i++)
        {
            if (fits(steps[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Strace is a moment behind what it traces.</summary>
    private static async Task<string[]> LinesAsync(string file)
    {
        var lines = Array.Empty<string>();
        await Eventually.TrueAsync(
            async () =>
            {
                lines = await File.ReadAllLinesAsync(file);
                return lines.Length > 0 && lines[^1].EndsWith("+++ exited with 0 +++", StringComparison.Ordinal);
            },
            "strace should have written everything");
        return lines;
    }
}

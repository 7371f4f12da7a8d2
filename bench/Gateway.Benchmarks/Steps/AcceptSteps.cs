using System.Buffers;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Benchmarks.Steps;

internal static class AcceptSteps
{
    public static IEnumerable<Step> All()
    {
        var accept = Call.Accept(new StillClock());
        var http = Call.Http();
        yield return new Step("accept: route and head", () => accept.Open(http, Call.Id).Request);
        yield return Peek("accept: body of 1 KB", Call.Body(1_000));
        yield return Peek("accept: body of 50 KB", Call.Body(50_000));
    }

    private static Step Peek(string name, byte[] body) =>
        new(name, () => BodyPeek.Read(new ReadOnlySequence<byte>(body), BodyKind.Messages));
}

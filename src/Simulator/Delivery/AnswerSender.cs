using System.Text;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Delivery;

/// <summary>Sends one answer the way its scenario wants, and knows afterwards what really went out.</summary>
internal sealed class AnswerSender(Call call, TimeProvider clock, bool keepBytes)
{
    // Kestrel's transport writes behind our back: an abort at once would overtake the events before it.
    private static readonly TimeSpan BeforeReset = TimeSpan.FromMilliseconds(50);

    private readonly long _started = clock.GetTimestamp();
    private readonly CancellationToken _gone = call.Http.RequestAborted;
    private Answer? _answer;
    private UsageFigures? _delivered;
    private TimeSpan? _clientLeftAfter;
    private string? _failure;
    private string _sha256 = "";
    private byte[]? _kept;
    private long _bytes;
    private int _events;
    private bool _headersSent;
    private Ending _ending = Ending.Complete;

    private HttpResponse Response => call.Http.Response;

    private Scenario Scenario => call.Scenario;

    public async Task SendAsync(Answer answer)
    {
        _answer = answer;
        if (Scenario.FirstByteDelay > TimeSpan.Zero)
        {
            await Task.Delay(Scenario.FirstByteDelay, clock, _gone);
        }

        if (Scenario.ResetBeforeHeaders)
        {
            Reset();
            return;
        }

        Response.StatusCode = answer.Status;
        ApiHeaders.Add(Response.Headers, call, clock.GetUtcNow());
        foreach (var (name, value) in answer.Headers)
        {
            Response.Headers[name] = value;
        }

        if (Scenario.Encoding is { } encoding)
        {
            Response.Headers.ContentEncoding = encoding;
        }

        var wire = new WireBody(Response.Body, Scenario, keepBytes);
        try
        {
            _headersSent = true;
            await SendBodyAsync(answer, wire);
        }
        finally
        {
            _bytes = wire.Bytes;
            _sha256 = wire.Sha256;
            _kept = wire.Kept;
            await wire.DisposeAsync();
        }
    }

    public void ClientLeft(Exception caught)
    {
        // A reset of our own also ends the request: that isn't the client's doing.
        if (_ending != Ending.Reset)
        {
            _ending = Ending.ClientLeft;
            _clientLeftAfter = clock.GetElapsedTime(_started);
            _failure = caught is OperationCanceledException ? null : caught.Message;
        }
    }

    public void Failed(Exception caught)
    {
        _ending = Ending.Failed;
        _failure = caught.ToString();
    }

    public TallyRow Row(Received received) => new()
    {
        RequestId = call.RequestId,
        Request = received,
        Scenario = Scenario.Source,
        Status = _headersSent ? Response.StatusCode : 0,
        Model = _answer?.Model,
        Streamed = _answer is Answer.Stream,
        Generated = _answer?.Usage,
        Delivered = _delivered,
        BatchLines = _answer?.BatchLines ?? [],
        BatchMade = _answer?.BatchMade ?? [],
        ResponseBytes = _bytes,
        ResponseSha256 = _sha256,
        ResponseBody = _kept,
        Events = _events,
        Ending = _ending,
        ClientLeftAfter = _clientLeftAfter,
        Failure = _failure,
    };

    private Task SendBodyAsync(Answer answer, WireBody wire)
    {
        switch (answer)
        {
            case Answer.Stream stream:
                Response.ContentType = "text/event-stream; charset=utf-8";
                Response.Headers.CacheControl = "no-cache";
                return SendEventsAsync(stream, wire);
            case Answer.Error error:
                Response.ContentType = "application/json";
                return SendBytesAsync(ErrorJson.Of(error.Type, error.Message, error.Code, call.RequestId), wire);
            default:
                var body = (Answer.Body)answer;
                Response.ContentType = body.ContentType;
                return SendBytesAsync(body.Bytes, wire);
        }
    }

    private async Task SendBytesAsync(ReadOnlyMemory<byte> body, WireBody wire)
    {
        if (HttpMethods.IsHead(call.Http.Request.Method))
        {
            return;
        }

        var asItIs = Scenario is { Encoding: null, Chunking: null, TruncateAfter: null };
        if (asItIs)
        {
            Response.ContentLength = body.Length;
        }

        if (Scenario.ResetAfter is { } resetAfter)
        {
            await wire.WriteAsync(body[..Math.Min(resetAfter, body.Length)], _gone);
            await ResetAsync(wire);
            return;
        }

        if (Scenario.TruncateAfter is { } truncateAfter)
        {
            await wire.WriteAsync(body[..Math.Min(truncateAfter < 0 ? body.Length / 2 : truncateAfter, body.Length)], _gone);
            await wire.FinishAsync(_gone);
            _ending = Ending.Cut;
            return;
        }

        if (body.Length > 0)
        {
            await wire.WriteAsync(body, _gone);
        }

        await wire.FinishAsync(_gone);
        _delivered = _answer!.Usage;
    }

    private async Task SendEventsAsync(Answer.Stream stream, WireBody wire)
    {
        foreach (var frame in stream.Frames)
        {
            if (await InterruptAsync(wire))
            {
                return;
            }

            if (_events > 0 && Scenario.EventDelay > TimeSpan.Zero)
            {
                await Task.Delay(Scenario.EventDelay, clock, _gone);
            }

            await wire.WriteAsync(frame.Bytes, _gone);
            _events++;
            _delivered = frame.UsageSoFar ?? _delivered;
        }

        if (!await InterruptAsync(wire))
        {
            await wire.FinishAsync(_gone);
        }
    }

    /// <summary>What the scenario wants to happen at this point of the stream; true when that was the end of it.</summary>
    private async ValueTask<bool> InterruptAsync(WireBody wire)
    {
        if (Scenario.Stall is { } stall && stall.After == _events)
        {
            await wire.ReleaseAsync(_gone);
            await Task.Delay(stall.Duration ?? Timeout.InfiniteTimeSpan, clock, _gone);
        }

        if (Scenario.ResetAfter == _events)
        {
            await ResetAsync(wire);
            return true;
        }

        if (Scenario.CutAfter == _events)
        {
            await wire.FinishAsync(_gone);
            _ending = Ending.Cut;
            return true;
        }

        if (Scenario.StreamError is { } error && error.After == _events)
        {
            var message = Scenario.Message ?? ApiErrors.MessageOf(error.Type);
            var data = ErrorJson.Of(error.Type, message, Scenario.ErrorCode, call.RequestId);
            await wire.WriteAsync(Encoding.UTF8.GetBytes($"event: error\ndata: {Encoding.UTF8.GetString(data.Span)}\n\n"), _gone);
            await wire.FinishAsync(_gone);
            _events++;
            _ending = Ending.ErrorEvent;
            return true;
        }

        return false;
    }

    private async ValueTask ResetAsync(WireBody wire)
    {
        await wire.ReleaseAsync(_gone);
        await Task.Delay(BeforeReset, TimeProvider.System, _gone);
        Reset();
    }

    private void Reset()
    {
        _ending = Ending.Reset;
        call.Http.Abort();
    }
}

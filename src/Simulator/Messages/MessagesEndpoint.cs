using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Scripts;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Messages;

/// <summary><c>POST /v1/messages</c>, <c>/v1/messages/count_tokens</c> and <c>/v1/complete</c>.</summary>
internal sealed class MessagesEndpoint(ReplyPlanner planner, ScriptBook scripts, RequestIds ids)
{
    public ValueTask<Answer> Create(Call call)
    {
        if (MessageRequest.Read(call.Json, VersionOf(call), counting: false, out var problem) is not { } request)
        {
            return new(ApiErrors.Invalid(problem));
        }

        var turn = scripts.Next(request, call.Http.Request.Headers["x-claude-code-session-id"].ToString());
        if (turn?.Scenario is { } ofTurn && ReferenceEquals(call.Scenario, Scenario.Ordinary))
        {
            call.Scenario = ofTurn;
        }

        if (call.Scenario.RandomSeed is { } seed)
        {
            return new(WildReply.Of(seed, request.Model, request.Stream));
        }

        var reply = planner.Plan(request, call, turn);
        return new(request.Stream ? Streamed(reply, call.Scenario) : Whole(reply));
    }

    public static ValueTask<Answer> CountTokens(Call call)
    {
        if (MessageRequest.Read(call.Json, VersionOf(call), counting: true, out var problem) is not { } request)
        {
            return new(ApiErrors.Invalid(problem));
        }

        var tokens = PromptBlocks.TotalTokens(PromptBlocks.Of(request.Json, call.ApiKey, request.Model));
        return new(Answer.Json(JsonBytes.Of(tokens, static (json, count) =>
        {
            json.WriteStartObject();
            json.WriteNumber("input_tokens", count);
            json.WriteEndObject();
        })));
    }

    public ValueTask<Answer> Complete(Call call)
    {
        if (call.Model is not { } model || !call.Json.TryGetProperty("prompt", out _))
        {
            return new(ApiErrors.Invalid("prompt: Field required"));
        }

        return new(Answer.Json(JsonBytes.Of((model, Id: ids.Next("compl_")), static (json, completion) =>
        {
            json.WriteStartObject();
            json.WriteString("type", "completion");
            json.WriteString("id", completion.Id);
            json.WriteString("completion", " Hello from the simulator.");
            json.WriteString("stop_reason", "stop_sequence");
            json.WriteString("model", completion.model);
            json.WriteEndObject();
        })));
    }

    private static Answer Whole(Reply reply) => Answer.Json(ReplyJson.Of(reply)) with { Model = reply.Model, Usage = reply.Usage };

    private static Answer.Stream Streamed(Reply reply, Scenario scenario)
    {
        var frames = ReplyFrames.Of(reply, scenario);
        return new Answer.Stream(scenario.Garbage ? GarbageFrames.Around(frames) : frames) { Model = reply.Model, Usage = reply.Usage };
    }

    private static string VersionOf(Call call) => call.Http.Request.Headers["anthropic-version"].ToString();
}

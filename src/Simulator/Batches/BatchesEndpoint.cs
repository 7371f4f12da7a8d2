using System.Collections.Concurrent;
using System.Text.Json;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;
using Latchkey.Simulator.Messages;

namespace Latchkey.Simulator.Batches;

/// <summary>
/// <c>/v1/messages/batches</c>. A batch is worked off at once. As in a real workspace, any key sees every batch.
/// </summary>
internal sealed class BatchesEndpoint(ReplyPlanner planner, RequestIds ids, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Batch> _batches = new();

    public ValueTask<Answer> Create(Call call)
    {
        if (call.Json.ValueKind != JsonValueKind.Object
            || !call.Json.TryGetProperty("requests", out var requests)
            || requests.ValueKind != JsonValueKind.Array
            || requests.GetArrayLength() == 0)
        {
            return new(ApiErrors.Invalid("requests: at least one request is required"));
        }

        var version = call.Http.Request.Headers["anthropic-version"].ToString();
        var results = new List<BatchResult>();
        foreach (var item in requests.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("custom_id", out var customId) || customId.ValueKind != JsonValueKind.String
                || !item.TryGetProperty("params", out var parameters))
            {
                return new(ApiErrors.Invalid($"requests.{results.Count}: custom_id and params are required"));
            }

            if (MessageRequest.Read(parameters, version, counting: false, out var problem) is not { } request)
            {
                return new(ApiErrors.Invalid($"requests.{results.Count}.params.{problem}"));
            }

            var reply = planner.Plan(request, call, turn: null);
            results.Add(new BatchResult(customId.GetString()!, reply with { Usage = reply.Usage with { ServiceTier = "batch" } }));
        }

        var batch = new Batch(ids.Next("msgbatch_"), clock.GetUtcNow(), results);
        _batches[batch.Id] = batch;
        return new(Describe(batch, call) with { BatchMade = LinesOf(batch) });
    }

    public ValueTask<Answer> List(Call call)
    {
        var all = _batches.Values.OrderByDescending(batch => batch.Id, StringComparer.Ordinal).ToList();
        return new(Answer.Json(JsonBytes.Of((all, Origin: OriginOf(call)), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var batch in list.all)
            {
                batch.Write(json, list.Origin);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", false);
            json.WriteString("first_id", list.all.Count == 0 ? null : list.all[0].Id);
            json.WriteString("last_id", list.all.Count == 0 ? null : list.all[^1].Id);
            json.WriteEndObject();
        })));
    }

    public ValueTask<Answer> Get(Call call) => new(Find(call) is { } batch ? Describe(batch, call) : Unknown());

    public ValueTask<Answer> Cancel(Call call) => new(
        Find(call) is not { } batch ? Unknown()
        : ApiErrors.Invalid($"Batch {batch.Id} has ended and cannot be canceled."));

    public ValueTask<Answer> Delete(Call call)
    {
        if (Find(call) is not { } batch)
        {
            return new(Unknown());
        }

        _batches.TryRemove(batch.Id, out _);
        return new(Answer.Json(JsonBytes.Of(batch.Id, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("type", "message_batch_deleted");
            json.WriteEndObject();
        })));
    }

    public ValueTask<Answer> Results(Call call) => new(
        Find(call) is not { } batch ? Unknown()
        : new Answer.Body(batch.ResultLines(), "application/x-jsonl")
        {
            BatchLines = LinesOf(batch),
        });

    private static List<BatchLine> LinesOf(Batch batch) =>
        [.. batch.Results.Select(result => new BatchLine(result.CustomId, result.Reply.Model, result.Reply.Usage))];

    private Batch? Find(Call call) => _batches.GetValueOrDefault(call.Http.Request.RouteValues["id"] as string ?? "");

    private static Answer Unknown() => ApiErrors.NotFound("Message batch not found");

    private static Answer Describe(Batch batch, Call call) =>
        Answer.Json(JsonBytes.Of((batch, Origin: OriginOf(call)), static (json, seen) => seen.batch.Write(json, seen.Origin)));

    private static string OriginOf(Call call) => $"{call.Http.Request.Scheme}://{call.Http.Request.Host}";
}

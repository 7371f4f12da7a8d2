using System.Globalization;
using System.Text.Json;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;

namespace Latchkey.Simulator.Reports;

/// <summary><c>GET /v1/organizations/api_keys</c>: the keys that were configured, and those that calls came with.</summary>
internal sealed class ApiKeysEndpoint(Tally tally, Credentials credentials, TimeProvider clock)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    private readonly DateTimeOffset _started = clock.GetUtcNow();

    public ValueTask<Answer> List(Call call)
    {
        var query = call.Http.Request.Query;
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var given)
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return new(ApiErrors.Invalid($"limit: Input should be from 1 to {MaxLimit}"));
        }

        var keys = Keys();
        if (query["status"].ToString() is { Length: > 0 } status && status != "active")
        {
            keys.Clear();
        }

        if (query.TryGetValue("after_id", out var after))
        {
            if (!keys.Exists(key => key.Id == after.ToString()))
            {
                return new(ApiErrors.Invalid("after_id: no such object"));
            }

            keys = [.. keys.SkipWhile(key => key.Id != after.ToString()).Skip(1)];
        }

        var page = keys.Take(limit).ToList();
        return new(Answer.Json(JsonBytes.Of((page, HasMore: keys.Count > page.Count), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var key in list.page)
            {
                Write(json, key);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", list.HasMore);
            json.WriteString("first_id", list.page.Count == 0 ? null : list.page[0].Id);
            json.WriteString("last_id", list.page.Count == 0 ? null : list.page[^1].Id);
            json.WriteEndObject();
        })));
    }

    private List<KnownKey> Keys()
    {
        var keys = new Dictionary<string, KnownKey>();
        foreach (var key in credentials.Configured)
        {
            Add(Received.HashOfKey(key), Received.HintOfKey(key), _started);
        }

        foreach (var row in tally.Rows())
        {
            // Only those that were let in, and not those that ask for reports.
            if (row is { Status: not 401, Request: { ApiKeySha256: { } hash, ApiKeyHint: { } hint } }
                && !row.Request.PathAndQuery.StartsWith(ReportRoutes.Prefix, StringComparison.Ordinal))
            {
                Add(hash, hint, row.Request.At);
            }
        }

        return [.. keys.Values];

        void Add(string hash, string hint, DateTimeOffset at) =>
            keys.TryAdd(hash, new KnownKey(BilledUsage.IdOfKey(hash), $"Key {keys.Count + 1}", hint, at));
    }

    private static void Write(Utf8JsonWriter json, KnownKey key)
    {
        json.WriteStartObject();
        json.WriteString("id", key.Id);
        json.WriteString("type", "api_key");
        json.WriteString("name", key.Name);
        json.WriteNull("workspace_id");
        json.WriteString("created_at", key.At.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("created_by");
        json.WriteString("id", "user_01Simulator");
        json.WriteString("type", "user");
        json.WriteEndObject();
        json.WriteString("partial_key_hint", key.Hint);
        json.WriteString("status", "active");
        json.WriteEndObject();
    }

    private sealed record KnownKey(string Id, string Name, string Hint, DateTimeOffset At);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Latchkey.Gateway.Identity;
using Latchkey.Protocol;

namespace Latchkey.Gateway.Admin.Events;

/// <summary><c>GET /admin/events</c>: operators' programs follow what happens, from where they were.</summary>
internal static class EventEndpoints
{
    private const int MaxLimit = 1_000;
    private const int DefaultLimit = 100;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/admin/events", ReadAsync).RequireAuthorization(Access.Operator);

    private static async Task<IResult> ReadAsync(HttpContext http, IEventFeed feed)
    {
        var query = http.Request.Query;
        if (query.Keys.FirstOrDefault(k => k is not ("after" or "limit" or "type")) is { } unknown)
        {
            return Wrong($"{unknown}: the parameters are after, limit and type.");
        }

        if (!TryNumber(query["after"], 0, long.MaxValue, 0, out var after))
        {
            return Wrong("after: the seq of an event, or 0.");
        }

        if (!TryNumber(query["limit"], 1, MaxLimit, DefaultLimit, out var limit))
        {
            return Wrong($"limit: 1 to {MaxLimit}.");
        }

        var type = query["type"].ToString() is { Length: > 0 } wanted ? wanted : null;
        var events = await feed.ReadAsync(after, type, (int)limit, http.RequestAborted);
        return Results.Json(
            new EventList(
                [.. events.Select(e => new EventAnswer(e.Seq, e.Id, e.Type, ProtocolJson.Instant(e.At), JsonDocument.Parse(e.Data).RootElement))],
                events.Count > 0 ? events[^1].Seq : after),
            EventJson.Default.EventList);
    }

    private static bool TryNumber(string? text, long least, long most, long otherwise, out long number)
    {
        number = otherwise;
        return string.IsNullOrEmpty(text)
            || (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most);
    }

    private static IResult Wrong(string problem) => Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
}

/// <summary>An event.</summary>
internal sealed record EventAnswer(long Seq, string Id, string Type, string At, JsonElement Data);

/// <summary>Answer of <c>GET /admin/events</c>.</summary>
/// <param name="Events">The oldest first.</param>
/// <param name="NextAfter">What to ask <c>after</c> next time.</param>
internal sealed record EventList(IReadOnlyList<EventAnswer> Events, long NextAfter);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EventList))]
internal sealed partial class EventJson : JsonSerializerContext;

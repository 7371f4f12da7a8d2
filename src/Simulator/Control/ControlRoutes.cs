using System.Text.Json;
using System.Text.Json.Serialization;
using Latchkey.Simulator.Bookkeeping;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Scripts;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Control;

/// <summary><c>/simulator/*</c>: the tester's side. None of it is counted in the tally.</summary>
internal static class ControlRoutes
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void MapControl(this WebApplication app)
    {
        var tally = app.Services.GetRequiredService<Tally>();
        var book = app.Services.GetRequiredService<ScenarioBook>();
        var scripts = app.Services.GetRequiredService<ScriptBook>();
        var cache = app.Services.GetRequiredService<PromptCache>();
        var control = app.MapGroup("/simulator");

        control.MapGet("/tally", (long? after) => Results.Json(tally.Rows(after ?? 0), Json));
        control.MapGet("/tally/totals", () => Results.Json(tally.Totals(), Json));
        control.MapGet("/tally/{requestId}", (string requestId) => Found(tally.Find(requestId)));
        control.MapDelete("/tally", () =>
        {
            tally.Clear();
            return Results.NoContent();
        });
        control.MapPut("/tally/bodies", (JsonElement body) =>
        {
            if (body.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                return Wrong("true or false is wanted");
            }

            tally.KeepBodies = body.GetBoolean();
            return Results.NoContent();
        });
        control.MapGet("/requests/last", () => Found(tally.LastRequest));

        control.MapPut("/scenario", (JsonElement body) => Try(() => book.Set(ScenarioRuleReader.ReadAll(body))));
        control.MapDelete("/scenario", () =>
        {
            book.Clear();
            return Results.NoContent();
        });
        control.MapPut("/script", (JsonElement body) => Try(() => scripts.Set(
            body.ValueKind == JsonValueKind.Array ? [.. body.EnumerateArray().Select(ScriptReader.Read)] : [ScriptReader.Read(body)])));
        control.MapDelete("/script", () =>
        {
            scripts.Clear();
            return Results.NoContent();
        });
        control.MapDelete("/cache", () =>
        {
            cache.Clear();
            return Results.NoContent();
        });
    }

    private static IResult Found<T>(T? value)
        where T : class => value is null ? Results.NotFound() : Results.Json(value, Json);

    private static IResult Try(Action change)
    {
        try
        {
            change();
            return Results.NoContent();
        }
        catch (DirectiveException unknown)
        {
            return Wrong(unknown.Message);
        }
    }

    private static IResult Wrong(string problem) => Results.Json(new { error = problem }, Json, statusCode: StatusCodes.Status400BadRequest);
}

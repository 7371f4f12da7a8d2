using System.Globalization;
using System.Text.Json;
using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Delivery;

namespace Latchkey.Simulator.Catalog;

/// <summary><c>GET /v1/models</c>, <c>GET /v1/models/{id}</c> and <c>HEAD /api/hello</c>.</summary>
internal static class CatalogEndpoint
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public static void MapCatalog(this WebApplication app)
    {
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/models", List);
        app.MapCalls(CallRules.Everything, HttpMethods.Get, "/v1/models/{id}", Get);
        app.MapCalls(CallRules.Hello, HttpMethods.Head, "/api/hello", static call => new(Answer.Json("")));
    }

    private static ValueTask<Answer> List(Call call)
    {
        var query = call.Http.Request.Query;
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var given)
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return new(ApiErrors.Invalid($"limit: Input should be from 1 to {MaxLimit}"));
        }

        var models = ModelCatalog.All.ToList();
        if (query.TryGetValue("after_id", out var after))
        {
            models = [.. models.SkipWhile(model => model.Id != after.ToString()).Skip(1)];
        }

        var page = models.Take(limit).ToList();
        return new(Answer.Json(JsonBytes.Of((page, HasMore: models.Count > page.Count), static (json, list) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data");
            foreach (var model in list.page)
            {
                Write(json, model);
            }

            json.WriteEndArray();
            json.WriteBoolean("has_more", list.HasMore);
            json.WriteString("first_id", list.page.Count == 0 ? null : list.page[0].Id);
            json.WriteString("last_id", list.page.Count == 0 ? null : list.page[^1].Id);
            json.WriteEndObject();
        })));
    }

    private static ValueTask<Answer> Get(Call call)
    {
        var id = call.Http.Request.RouteValues["id"] as string ?? "";
        return new(ModelCatalog.Find(id) is { } found ? Answer.Json(JsonBytes.Of(found, Write)) : ApiErrors.NotFound($"model: {id}"));
    }

    private static void Write(Utf8JsonWriter json, ModelInfo model)
    {
        json.WriteStartObject();
        json.WriteString("type", "model");
        json.WriteString("id", model.Id);
        json.WriteString("display_name", model.DisplayName);
        json.WriteString("created_at", model.CreatedAt);
        json.WriteString("line", model.Id.Split('-')[1]);
        json.WriteString("lifecycle", "active");
        json.WriteNull("deprecated_at");
        json.WriteNull("retires_at");
        json.WriteNumber("max_input_tokens", model.MaxInputTokens);
        json.WriteNumber("max_tokens", model.MaxInputTokens > 200_000 ? 128_000 : 64_000);
        json.WriteNull("capabilities");
        json.WriteEndObject();
    }
}

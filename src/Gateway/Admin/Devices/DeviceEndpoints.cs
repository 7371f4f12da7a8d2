using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Text;
using Latchkey.Gateway.Identity;
using Latchkey.Gateway.Tokens.Devices;
using Latchkey.Gateway.Tokens.Revocation;

namespace Latchkey.Gateway.Admin.Devices;

/// <summary><c>/admin/devices</c>: operators see the devices and stop them.</summary>
internal static class DeviceEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const int MaxSearch = 128;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/devices", ListAsync).RequireAuthorization(Access.Operator);
        endpoints.MapGet("/admin/devices/{id}", ReadAsync).RequireAuthorization(Access.Operator);
        endpoints.MapPost("/admin/devices/{id}/revoke", RevokeAsync).RequireAuthorization(Access.Operator);
        endpoints.MapPost("/admin/devices/{id}/quarantine", QuarantineAsync).RequireAuthorization(Access.Operator);
        endpoints.MapPost("/admin/devices/{id}/activate", ActivateAsync).RequireAuthorization(Access.Operator);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IDeviceStore store)
    {
        var query = http.Request.Query;
        if (query.FirstOrDefault(q => q.Key is not ("state" or "search" or "limit" or "cursor") || q.Value.Count != 1) is { Key: { } odd })
        {
            return Wrong($"{odd}: the parameters are state, search, limit and cursor, each once.");
        }

        DeviceState? state = null;
        if (query["state"] is [{ Length: > 0 } name])
        {
            state = Enum.GetValues<DeviceState>().Cast<DeviceState?>().FirstOrDefault(s => DeviceAnswer.NameOf(s!.Value) == name);
            if (state is null)
            {
                return Wrong($"state: one of {string.Join(", ", Enum.GetValues<DeviceState>().Select(DeviceAnswer.NameOf))}.");
            }
        }

        var search = query["search"] is [{ Length: > 0 } prefix] ? prefix : null;
        if (search is { Length: > MaxSearch } || search?.Any(char.IsControl) is true)
        {
            return Wrong($"search: the beginning of an id or a name, up to {MaxSearch} characters.");
        }

        var limit = DefaultLimit;
        if (query["limit"] is [{ Length: > 0 } number]
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
        {
            return Wrong($"limit: 1 to {MaxLimit}.");
        }

        string? after = null;
        if (query["cursor"] is [{ Length: > 0 } cursor] && (after = PositionOf(cursor)) is null)
        {
            return Wrong("cursor: pass next_cursor as it came.");
        }

        var page = await store.ListAsync(new DeviceQuestion(state, search, after, limit + 1), http.RequestAborted);
        return Results.Json(
            new DeviceList(
                [.. page.Take(limit).Select(d => DeviceAnswer.Of(d))],
                page.Count > limit ? Base64Url.EncodeToString(Encoding.ASCII.GetBytes(page[limit - 1].Id)) : null),
            DeviceJson.Default.DeviceList);
    }

    private static async Task<IResult> ReadAsync(HttpContext http, string id, IDeviceStore store) =>
        DeviceAddress.Read(id) is { } device && await store.FindAsync(device, http.RequestAborted) is { } found
            ? Results.Json(DeviceAnswer.Of(found), DeviceJson.Default.DeviceAnswer)
            : Unknown();

    private static Task<IResult> RevokeAsync(HttpContext http, string id, RevocationKeeper keeper) => ChangeAsync(http, id, DeviceState.Revoked, keeper);

    private static Task<IResult> QuarantineAsync(HttpContext http, string id, RevocationKeeper keeper) => ChangeAsync(http, id, DeviceState.Quarantined, keeper);

    private static Task<IResult> ActivateAsync(HttpContext http, string id, RevocationKeeper keeper) => ChangeAsync(http, id, DeviceState.Active, keeper);

    private static async Task<IResult> ChangeAsync(HttpContext http, string id, DeviceState state, RevocationKeeper keeper)
    {
        if (DeviceAddress.Read(id) is not { } device)
        {
            return Unknown();
        }

        var (reason, problem) = await ReasonBody.ReadAsync(http);
        if (reason is null)
        {
            return problem!;
        }

        try
        {
            return await keeper.ChangeAsync(device, state, reason) is var (changed, cut)
                ? Results.Json(DeviceAnswer.Of(changed, cut), DeviceJson.Default.DeviceAnswer)
                : Unknown();
        }
        catch (DbException)
        {
            return ReasonBody.Unwritten();
        }
    }

    private static string? PositionOf(string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)) is var id && DeviceId.Problem(id) is null ? id : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IResult Unknown() => Results.Problem("There is no such device.", statusCode: StatusCodes.Status404NotFound);

    private static IResult Wrong(string problem) => Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
}

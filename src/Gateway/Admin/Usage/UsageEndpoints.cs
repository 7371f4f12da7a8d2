using Latchkey.Gateway.Identity;

namespace Latchkey.Gateway.Admin.Usage;

/// <summary><c>GET /admin/stats</c> and <c>GET /admin/usage</c>.</summary>
internal static class UsageEndpoints
{
    private const int Latest = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/admin/stats", StatsAsync).RequireAuthorization(Access.DeviceOrOperator);
        endpoints.MapGet("/admin/usage", UsageAsync).RequireAuthorization(Access.DeviceOrOperator);
    }

    private static async Task<IResult> StatsAsync(HttpContext http, IUsageReports reports)
    {
        var (filter, problem) = UsageFilter.Read(http.Request.Query, Access.DeviceOf(http));
        return filter is null
            ? Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest)
            : Results.Json(await reports.SumAsync(filter, http.RequestAborted), UsageAnswersJson.Default.UsageStats);
    }

    private static async Task<IResult> UsageAsync(HttpContext http, IUsageReports reports)
    {
        var (filter, problem) = UsageFilter.Read(http.Request.Query, Access.DeviceOf(http));
        return filter is null
            ? Results.Problem(problem, statusCode: StatusCodes.Status400BadRequest)
            : Results.Json(
                new UsageReport(await reports.SumAsync(filter, http.RequestAborted), await reports.LatestAsync(filter, Latest, http.RequestAborted)),
                UsageAnswersJson.Default.UsageReport);
    }
}

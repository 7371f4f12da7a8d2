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
        SummaryEndpoint.Map(endpoints);
        RowsEndpoint.Map(endpoints);
    }

    private static async Task<IResult> StatsAsync(HttpContext http, IUsageReports reports)
    {
        var (filter, problem) = Read(http);
        if (filter is null)
        {
            return problem!.ToResult();
        }

        var (sums, gone) = await reports.SumAsync(filter, http.RequestAborted);
        return sums is null ? gone!.ToResult() : Results.Json(UsageStats.Of(sums), UsageAnswersJson.Default.UsageStats);
    }

    private static async Task<IResult> UsageAsync(HttpContext http, IUsageReports reports)
    {
        var (filter, problem) = Read(http);
        if (filter is null)
        {
            return problem!.ToResult();
        }

        var (sums, gone) = await reports.SumAsync(filter, http.RequestAborted);
        return sums is null
            ? gone!.ToResult()
            : Results.Json(
                new UsageReport(UsageStats.Of(sums), await reports.LatestAsync(filter, Latest, http.RequestAborted)),
                UsageAnswersJson.Default.UsageReport);
    }

    private static Answer<UsageFilter> Read(HttpContext http)
    {
        var parameters = new UsageParameters(http.Request.Query, UsageFilter.Names);
        var filter = UsageFilter.Read(parameters, Access.DeviceOf(http));
        return parameters.Problem is { } problem ? problem : filter;
    }
}

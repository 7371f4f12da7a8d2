using Latchkey.Simulator.Calls;

namespace Latchkey.Simulator.Reports;

/// <summary>The organisation's own calls, which take an admin key: what was used, what it cost, which keys there are.</summary>
internal static class ReportRoutes
{
    public const string Prefix = "/v1/organizations/";

    public static void MapReports(this WebApplication app)
    {
        var usage = app.Services.GetRequiredService<UsageReportEndpoint>();
        var cost = app.Services.GetRequiredService<CostReportEndpoint>();
        var keys = app.Services.GetRequiredService<ApiKeysEndpoint>();
        app.MapCalls(CallRules.Organization, HttpMethods.Get, Prefix + "usage_report/messages", usage.Read);
        app.MapCalls(CallRules.Organization, HttpMethods.Get, Prefix + "cost_report", cost.Read);
        app.MapCalls(CallRules.Organization, HttpMethods.Get, Prefix + "api_keys", keys.List);
    }
}

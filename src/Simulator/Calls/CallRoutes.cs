namespace Latchkey.Simulator.Calls;

/// <summary>Maps paths of the API so that every call goes the same way.</summary>
internal static class CallRoutes
{
    /// <summary>Any method: an endpoint that wants one says so itself.</summary>
    public static void MapCalls(this WebApplication app, CallRules rules, string path, Endpoint endpoint)
    {
        var exchange = app.Services.GetRequiredService<Exchange>();
        app.Map(path, (RequestDelegate)(http => exchange.RunAsync(http, rules, endpoint)));
    }

    public static void MapCalls(this WebApplication app, CallRules rules, string method, string path, Endpoint endpoint)
    {
        var exchange = app.Services.GetRequiredService<Exchange>();
        app.MapMethods(path, [method], (RequestDelegate)(http => exchange.RunAsync(http, rules, endpoint)));
    }
}

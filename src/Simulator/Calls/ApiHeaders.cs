using System.Globalization;

namespace Latchkey.Simulator.Calls;

/// <summary>The headers that Anthropic's API and the proxies before it put on every answer.</summary>
internal static class ApiHeaders
{
    public const string OrganizationId = "0a1b2c3d-5e51-4a70-8000-0123456789ab";

    /// <summary>A gateway that lets this through would let its clients share the operator's session.</summary>
    public const string CanaryCookie = "_cfuvid=simulator-canary; path=/; HttpOnly; Secure; SameSite=None";

    private static readonly (string Name, string Limit, string Remaining, string Reset)[] Limits =
    [
        LimitNames("requests"), LimitNames("tokens"), LimitNames("input-tokens"), LimitNames("output-tokens"),
    ];

    public static void Add(IHeaderDictionary headers, Call call, DateTimeOffset now)
    {
        if (!call.Scenario.NoRequestId)
        {
            headers["request-id"] = call.RequestId;
        }

        headers["anthropic-organization-id"] = OrganizationId;
        var reset = now.AddSeconds(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        foreach (var (name, limit, remaining, resetName) in Limits)
        {
            headers[limit] = name == "requests" ? "4000" : "400000";
            headers[remaining] = name == "requests" ? "3999" : "399000";
            headers[resetName] = reset;
        }

        headers["cf-ray"] = "9a0b1c2d3e4f5a6b-FRA";
        headers["cf-cache-status"] = "DYNAMIC";
        headers.SetCookie = CanaryCookie;
        headers.Server = "cloudflare";
        headers.Via = "1.1 google";
        if (call.Scenario.EchoSecrets)
        {
            headers["x-api-key"] = call.ApiKey;
            headers.Authorization = "Bearer " + call.ApiKey;
        }
    }

    private static (string Name, string Limit, string Remaining, string Reset) LimitNames(string of) =>
        (of, $"anthropic-ratelimit-{of}-limit", $"anthropic-ratelimit-{of}-remaining", $"anthropic-ratelimit-{of}-reset");
}

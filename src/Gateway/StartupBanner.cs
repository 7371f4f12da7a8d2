using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.Identity.Operators;

namespace Latchkey.Gateway;

/// <summary>What a person who has just typed <c>./run.sh</c> wants to know.</summary>
internal static class StartupBanner
{
    public static void Print(WebApplication app, TextWriter output)
    {
        var configuration = app.Configuration;
        var address = app.Urls.First();
        if (DemoUpstream.IsOn(configuration))
        {
            output.WriteLine("""

                ############################################################################
                ##                                                                        ##
                ##   SIMULATOR: no ANTHROPIC_API_KEY is set. Answers are made up, nothing ##
                ##   reaches Claude and nothing costs. Set ANTHROPIC_API_KEY (.env) and   ##
                ##   start again to talk to Claude.                                       ##
                ##                                                                        ##
                ############################################################################
                """);
        }

        output.WriteLine($"""

            Latchkey listens on {address} ({app.Environment.EnvironmentName}), upstream {app.Services.GetRequiredService<Upstream>().Origin.GetLeftPart(UriPartial.Authority)}

              get a token    curl -s -X POST {address}/bootstrap -H 'content-type: application/json' -d '{"{"}"device_id":"my-laptop-01"{"}"}'
              Claude Code    ANTHROPIC_BASE_URL={address} ANTHROPIC_AUTH_TOKEN=<wrapper_token> claude
              every call     ./test-proxy.sh {address}
            """);
        if (app.Services.GetRequiredService<OperatorCredential>().JustGenerated is { } credential)
        {
            output.WriteLine($"""

                  operator's key {credential}
                                 It is shown this once; only its hash is kept. Send it as 'Authorization: Bearer' to /admin/… and /metrics.
                """);
        }

        output.WriteLine();
        output.WriteLine("  configured");
        foreach (var variable in ContractVariables.All.Where(v => !string.IsNullOrEmpty(configuration[v.Key]) && !DemoUpstream.Sets(configuration, v)))
        {
            output.WriteLine($"    {variable.Name,-22} {SettingsReport.ValueOf(configuration, variable)}");
        }

        output.WriteLine();
        output.Flush();
    }
}

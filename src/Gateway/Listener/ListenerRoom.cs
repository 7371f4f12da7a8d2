using System.Net;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath.Accept;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Listener;

/// <summary>The room Listener: the front door. What is wrong with any request, whichever room it is for, ends here.</summary>
internal static class ListenerRoom
{
    public static void AddListener(this WebApplicationBuilder builder, ListenerOptions options, IPAddress address)
    {
        // Kestrel takes its address while the application is built: before options are validated.
        if (new ListenerOptionsValidator().Validate(null, options) is { Failed: true, Failures: var failures })
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(ListenerOptions), failures);
        }

        foreach (var origin in Split(options.CorsOrigins))
        {
            CheckOrigin(origin);
        }

        SocketThreads.EnableInlineCompletions();
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, SocketMemory>();

        // A bare line feed that one parser takes for the end of a line and another doesn't is how requests are smuggled.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(address, options.Port, listen => listen.Protocols = HttpProtocols.Http1AndHttp2);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
        });
        builder.Services.AddOptions<ListenerOptions>().BindConfiguration(ListenerOptions.Section).ValidateOnStart();
        builder.Services.TryAddSingleton<IValidateOptions<ListenerOptions>, ListenerOptionsValidator>();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => Allow(policy, Split(options.CorsOrigins))));
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded => Trust(forwarded, Split(options.TrustedProxies)));
        builder.Services.AddProblemDetails();
    }

    /// <summary>Runs before routing, for every path.</summary>
    public static void UseListener(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ListenerOptions>>().Value;
        if (Split(options.TrustedProxies).Length > 0)
        {
            app.UseForwardedHeaders();
        }

        var origins = Split(options.CorsOrigins).ToHashSet(StringComparer.OrdinalIgnoreCase);
        app.Use(async (http, next) =>
        {
            if (Objection(http, origins) is { } refusal)
            {
                await RefuseAsync(http, refusal);
                return;
            }

            await next(http);
        });
        if (origins.Count > 0)
        {
            app.UseCors();
        }
    }

    /// <summary>What no room should have to look at.</summary>
    private static Refusal? Objection(HttpContext http, HashSet<string> origins)
    {
        var request = http.Request;
        if (!CanonicalTarget.IsCanonical(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var reason))
        {
            return Refusal.BadTarget(reason);
        }

        // Methods are case-sensitive (RFC 9110, 9.1); routing isn't.
        if (request.Method.AsSpan().ContainsAnyExceptInRange('A', 'Z') || request.Method is "TRACE" or "CONNECT")
        {
            return Refusal.MethodNotAllowed(request.Method);
        }

        if (RequestFraming.Problem(request) is { } problem)
        {
            // What follows on this connection could be anything.
            http.Response.Headers.Connection = "close";
            return Refusal.BadRequest(problem);
        }

        // A page on any web site can reach a gateway on this machine; only those that the operator names may.
        return request.Headers.Origin is { Count: > 0 } origin && !origins.Contains(origin.ToString())
            ? Refusal.ForeignOrigin()
            : null;
    }

    private static Task RefuseAsync(HttpContext http, Refusal refusal) =>
        http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal)
            ? ErrorWriter.WriteAsync(http, refusal, RequestId.New(http.RequestServices.GetRequiredService<TimeProvider>()))
            : Results.Problem(refusal.Message, statusCode: refusal.Status).ExecuteAsync(http);

    // Not "*": a gateway that every page may call is one that every page can spend from.
    private static void CheckOrigin(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || !string.Equals(origin, uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException($"CORS_ORIGINS: '{origin}' is not an origin such as https://app.example.");
        }
    }

    private static void Allow(CorsPolicyBuilder policy, string[] origins) => policy
        .WithOrigins(origins)
        .WithMethods("GET", "POST", "DELETE")
        .AllowAnyHeader()
        .WithExposedHeaders("request-id", RequestId.Header, "retry-after", "x-should-retry");

    private static void Trust(ForwardedHeadersOptions forwarded, string[] proxies)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        forwarded.ForwardLimit = null;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network))
            {
                forwarded.KnownIPNetworks.Add(network);
            }
            else if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                throw new SettingException($"{ListenerOptions.Section}:TrustedProxies: '{proxy}' is neither an address nor a network.");
            }
        }
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

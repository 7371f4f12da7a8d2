using System.Net;
using Latchkey.Gateway.Admin;
using Latchkey.Gateway.Admin.Reconcile;
using Latchkey.Gateway.Configuration;
using Latchkey.Gateway.DataPath;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Forward.KeyPool;
using Latchkey.Gateway.Identity;
using Latchkey.Gateway.Identity.Operators;
using Latchkey.Gateway.Listener;
using Latchkey.Gateway.Prices;
using Latchkey.Gateway.Storage;
using Latchkey.Gateway.Telemetry;
using Latchkey.Gateway.Tokens;
using Latchkey.Gateway.Tokens.SigningKeys;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway;

/// <summary>The composition root: the only file that knows every room.</summary>
internal static class GatewayHost
{
    private const int ConfigurationError = 78;

    /// <summary>Runs the gateway until it is stopped. A setting that is wrong ends it with one line that names it.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is ["settings", ..])
            {
                SettingsReport.Print(Builder(args[1..]).Configuration, Console.Out);
                return 0;
            }

            await using var app = Create(args);
            await app.StartAsync();
            StartupBanner.Print(app, Console.Out);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (SettingProblem.Of(e) is { } problem)
        {
            await Console.Error.WriteLineAsync($"latchkey: {problem}");
            return ConfigurationError;
        }
    }

    /// <summary>Builds the gateway without starting it.</summary>
    /// <param name="args">Settings as <c>--Key value</c>.</param>
    /// <param name="adjust">Replaces services; for tests.</param>
    /// <exception cref="SettingException">A setting is missing or wrong.</exception>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        var builder = Builder(args);
        adjust?.Invoke(builder);
        var development = builder.Environment.IsDevelopment();
        var configuration = builder.Configuration;
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);

        var listener = Bound<ListenerOptions>(configuration, ListenerOptions.Section);
        var address = AddressOf(listener.Host ?? (development ? "127.0.0.1" : "0.0.0.0"));
        var tokens = Bound<TokenOptions>(configuration, TokenOptions.Section);
        var openToOthers = OpenEnrollment.Check(tokens, address);

        var upstream = Bound<ForwardOptions>(configuration, ForwardOptions.Section);
        services.TryAddSingleton(Upstream.Parse(upstream.BaseUrl));
        services.TryAddSingleton(UpstreamKeyList.Parse(upstream.ApiKeys));
        services.TryAddSingleton(AllowlistOf(configuration));

        var folder = DataFolder.Open(Bound<StorageOptions>(configuration, StorageOptions.Section).DataDirectory);

        // By a factory, so that it is let go with the host.
        services.TryAddSingleton(_ => folder);
        services.TryAddSingleton(new SigningKeyRing(
            TokensRoom.SecretOf(tokens.Secret, development, folder.ReadText("jwt.secret"), secret => folder.WriteSecret("jwt.secret", secret))));
        services.TryAddSingleton(OperatorCredential.Load(
            configuration[$"{OperatorOptions.Section}:ApiKey"],
            development,
            folder.ReadText("operator.sha256"),
            hash => folder.WriteSecret("operator.sha256", hash)));

        builder.AddListener(listener, address);
        services.AddStorage(folder, configuration["Latchkey:Redis:Url"], configuration["Latchkey:Database:Url"]);
        services.AddPrices(Bound<PricesOptions>(configuration, PricesOptions.Section));
        services.AddSingleton(provider => new StandingWarning(() => StorageRoom.WarningOf(provider)));
        services.AddDataPath();
        services.AddTokens(openToOthers ? address : null);
        services.PostConfigure<TokenOptions>(o => o.ProxyBaseUrl ??= $"http://localhost:{listener.Port}");
        services.AddIdentity();
        services.AddAdmin(configuration[$"{ReconcileOptions.Section}:AdminKey"]);
        if (openToOthers)
        {
            services.AddSingleton(new StandingWarning(() => OpenEnrollment.Warning));
        }

        services.AddSingleton(s => new StandingWarning(() => s.GetRequiredService<PriceReload>().Warning));
        services.AddTelemetry(exportOtlp: !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]), development);

        var app = builder.Build();
        app.Services.GetRequiredService<DataFolder>();

        // Before the host starts, which would log what is one line for the operator with its stack trace.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.UseListener();

        // The exchange answers for its own failures, in Anthropic's shape.
        app.UseWhen(http => !http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal), others =>
        {
            SocketThreads.LeaveToDataPath(others);
            others.UseExceptionHandler();
        });
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapDataPath();
        app.MapTokens();
        app.MapAdmin();
        app.MapTelemetry();
        return app;
    }

    private static WebApplicationBuilder Builder(string[] args)
    {
        var dotEnv = DotEnv.Read(".env");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // A watch on the settings files is one on their whole folder, where each write of a ledger beside them would wake it.
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],

            // Null leaves it to the environment and the command line.
            EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null
                ? dotEnv.GetValueOrDefault("ASPNETCORE_ENVIRONMENT")
                : null,
        });
        builder.Configuration.AddContract(dotEnv, Environment.GetEnvironmentVariable);
        builder.Configuration.AddCommandLine(args);
        DemoUpstream.Apply(builder.Configuration, builder.Configuration, builder.Environment.IsDevelopment());
        builder.Logging.AddGatewayLogging();
        return builder;
    }

    private static T Bound<T>(IConfiguration configuration, string section)
        where T : new() => configuration.GetSection(section).Get<T>() ?? new T();

    private static IPAddress AddressOf(string host) => host == "localhost"
        ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address)
            ? address
            : throw new SettingException($"HOST must be an IP address or localhost, not '{host}'.");

    private static ModelAllowlist AllowlistOf(IConfiguration configuration) =>
        ModelAllowlist.TryParse(Bound<ModelOptions>(configuration, ModelOptions.Section).Allowed, out var list, out var problem)
            ? list
            : throw new SettingException($"ALLOWED_MODELS: {problem}");
}

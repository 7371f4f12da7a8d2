using System.Net;
using Latchkey.Client;
using Latchkey.Desktop.Chat;
using Latchkey.Desktop.Door;
using Latchkey.Desktop.Settings;
using Latchkey.Desktop.Shell;
using Latchkey.Desktop.Storage;
using Latchkey.Desktop.Usage;
using Latchkey.Desktop.Window;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Latchkey.Desktop;

/// <summary>Builds the app: the only file that knows every room.</summary>
internal static class DesktopHost
{
    /// <summary>Starts without a window and prints the address that lets one browser in.</summary>
    public const string NoWindow = "--no-window";

    /// <summary>In bytes: a question of a million characters, whatever their script.</summary>
    private const int LongestMessage = 8 * 1024 * 1024;

    /// <summary>
    /// Runs the app until its window is closed or it is told to stop: 0; 1 when it can't run, 2 for arguments that it doesn't know.
    /// </summary>
    public static int Run(string[] args)
    {
        if (args is not ([] or [NoWindow]))
        {
            Console.Error.WriteLine($"Usage: {AppIdentity.Program} [{NoWindow}]");
            return 2;
        }

        try
        {
            var options = Options(out var trouble);
            var app = Create(options, trouble);
            try
            {
                // Before the host starts, whose own words about it would be longer.
                _ = app.Services.GetRequiredService<DesktopDatabase>();
                return Run(app, options, withWindow: !args.Contains(NoWindow));
            }
            finally
            {
                app.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (DatabaseUnusableException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    /// <param name="options">The way to Claude.</param>
    /// <param name="trouble">What was wrong with it; null when nothing was.</param>
    /// <param name="services">Replaces services, for tests.</param>
    public static WebApplication Create(LatchkeyOptions options, string? trouble = null, Action<IServiceCollection>? services = null)
    {
        // Empty: no settings file, variable or argument may open the loopback server to anybody.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DesktopHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true)
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("System", LogLevel.Warning);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LongestMessage;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        // Before publishing, files of the page are where they were written.
        StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);

        // Whoever closes the window doesn't wait for what hangs.
        builder.Services.Configure<HostOptions>(host =>
            (host.ShutdownTimeout, host.ServicesStopConcurrently) = (TimeSpan.FromSeconds(5), true));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new SettingsTrouble(trouble));
        builder.Services.AddLatchkey();
        builder.Services.AddDoor();
        builder.Services.AddSingleton(_ => new DesktopDatabase(options.Folder));
        builder.Services.AddSingleton(_ => new FirstRunOfMany(options.Folder));
        builder.Services.AddChat();
        builder.Services.AddSingleton<Preferences>();
        builder.Services.AddSingleton<UsageReader>();
        // Keys for one run: nothing of the page outlives it.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuits => circuits.DisconnectedCircuitMaxRetained = 4)
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseDoor();
        app.UseAntiforgery();
        app.MapStaticAssets();
        // SecurityHeaders says it, and more.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(render => render.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static int Run(WebApplication app, LatchkeyOptions options, bool withWindow)
    {
        app.StartAsync().GetAwaiter().GetResult();
        try
        {
            return withWindow ? ShowWindow(app, options) : ShowAddress(app);
        }
        finally
        {
            Stop(app);
        }
    }

    /// <summary>What doesn't stop in time is left behind: the process ends anyway.</summary>
    private static void Stop(WebApplication app)
    {
        try
        {
            app.StopAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is OperationCanceledException or AggregateException)
        {
            app.Logger.StoppedLate(exception.GetType().Name);
        }
    }

    private static int ShowWindow(WebApplication app, LatchkeyOptions options)
    {
        try
        {
            var window = AppWindows.Choose(Environment.GetEnvironmentVariable(AppWindows.Variable));
            var request = new WindowRequest(app.NewAddress(), AppIdentity.Name, Path.Combine(options.Folder, "window"))
            {
                Icon = app.Environment.WebRootFileProvider.GetFileInfo("icon.png").PhysicalPath,
                Logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Latchkey.Desktop.Window"),
            };
            window.Run(request, app.Lifetime.ApplicationStopping);
            return 0;
        }
        catch (WindowUnavailableException exception)
        {
            Console.Error.WriteLine(exception.Message);
            Console.Error.WriteLine("The app runs without one. This address opens it in a browser of this machine, once:");
            return ShowAddress(app);
        }
        catch (WindowCrashedException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static int ShowAddress(WebApplication app)
    {
        Console.WriteLine(app.NewAddress());
        app.Lifetime.ApplicationStopping.WaitHandle.WaitOne();
        return 0;
    }

    /// <summary>What the machine and the person say; without a gateway when that can't be used, so that the window can say so.</summary>
    private static LatchkeyOptions Options(out string? trouble)
    {
        LatchkeyOptions options;
        try
        {
            options = LatchkeyOptions.Load();
            trouble = options is { Enabled: true, BootstrapUrl: null }
                ? "ENABLE_PROXY is on, but PROXY_BOOTSTRAP_URL names no gateway."
                : null;
            options.Enabled &= trouble is null;
        }
        catch (LatchkeySettingsException exception)
        {
            trouble = exception.Message;
            options = new LatchkeyOptions();
            // The conversations are where they always are.
            options.Folder = Environment.GetEnvironmentVariable("LATCHKEY_HOME") is { Length: > 0 } folder ? folder : options.Folder;
        }

        options.AppVersion = AppIdentity.Version;
        options.AppChannel = "desktop";
        return options;
    }
}

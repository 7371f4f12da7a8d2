using System.Text.RegularExpressions;
using Latchkey.EndToEnd.Tests.Support;

namespace Latchkey.Desktop.Tests.OwnProcess;

/// <summary>The app as a person starts it: a process with nothing but its variables.</summary>
internal static partial class AppProcess
{
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Latchkey.Desktop");

    /// <param name="home">Its folder, where also its home and temporary files are.</param>
    /// <param name="gateway">The gateway; null for none.</param>
    public static Dictionary<string, string> Variables(string home, Uri? gateway)
    {
        var variables = new Dictionary<string, string>
        {
            ["HOME"] = home,
            ["LATCHKEY_HOME"] = home,
            ["LATCHKEY_STORE"] = "file",
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
        {
            variables["DOTNET_ROOT"] = dotnet;
        }

        if (gateway is not null)
        {
            variables["ENABLE_PROXY"] = "true";
            variables["PROXY_BOOTSTRAP_URL"] = new Uri(gateway, "/bootstrap").AbsoluteUri;
        }

        return variables;
    }

    /// <summary>Starts it without a window, in a folder that isn't its own.</summary>
    public static ChildProcess StartWithoutWindow(string home, Uri? gateway, params (string Name, string Value)[] more)
    {
        var variables = Variables(home, gateway);
        foreach (var (name, value) in more)
        {
            variables[name] = value;
        }

        // Whoever runs the tests in the background may have told them to ignore SIGINT, and children inherit that.
        return ChildProcess.Start("env", ["--default-signal=INT", Program, "--no-window"], variables, "/", "coreutils");
    }

    /// <summary>Waits for the address that it prints.</summary>
    public static async Task<string> AddressAsync(this ChildProcess app) => (await app.SaysAsync(Address())).Value;

    [GeneratedRegex(@"^http://127\.0\.0\.1:\d+/enter\?code=[0-9a-f]{64}$", RegexOptions.Multiline)]
    private static partial Regex Address();
}

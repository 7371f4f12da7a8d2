namespace Latchkey.Cli.Doctor;

/// <summary>Does a proxy of this network stand between? HTTPS_PROXY and its kin, or the system's own settings.</summary>
internal sealed class NetworkProxyCheck : IDoctorCheck
{
    private static readonly string[] Variables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

    public string Name => "Network proxy";

    public Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken) => Task.FromResult(Look(patient));

    private static Finding Look(Patient patient)
    {
        if (patient.Gateway is not { } gateway)
        {
            return new Finding.Skipped("no gateway");
        }

        var variables = string.Join(", ", Variables.Where(name => IsSet(patient, name) || IsSet(patient, name.ToLowerInvariant())));
        var system = HttpClient.DefaultProxy;
        patient.Proxy = system.IsBypassed(gateway) ? null : system.GetProxy(gateway) is { } found && found != gateway ? found : null;
        return patient.Proxy switch
        {
            null => new Finding.Fine(variables.Length == 0 ? "none" : $"none for {gateway.Host} ({variables} set)"),
            var proxy when gateway.IsLoopback => new Finding.Broken(
                $"{gateway.Host} is this machine, and is asked for at {Shown(proxy)}", $"Add {gateway.Host} to NO_PROXY."),
            var proxy => new Finding.Fine($"through {Shown(proxy)}{(variables.Length == 0 ? "" : $" ({variables})")}"),
        };
    }

    private static bool IsSet(Patient patient, string name) => patient.Environment(name) is { Length: > 0 };

    /// <summary>Without a password that it may carry.</summary>
    private static string Shown(Uri proxy) => proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped);
}

namespace Latchkey.Gateway.Configuration;

/// <summary>Adds <c>.env</c> and the contract's variables to the ordinary .NET configuration.</summary>
internal static class ContractConfiguration
{
    /// <summary>
    /// Precedence, weakest first: appsettings files, <c>.env</c>, the environment, the command line. Within the last
    /// three a contract variable wins over the same setting by its configuration key.
    /// </summary>
    public static void AddContract(this IConfigurationBuilder configuration, IReadOnlyDictionary<string, string> dotEnv, Func<string, string?> environment)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in dotEnv)
        {
            // Not only our own: OTEL_* variables are read from the configuration too.
            if (environment(name) is null)
            {
                settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
            }
        }

        foreach (var variable in ContractVariables.All)
        {
            // An empty variable is how a compose file says "not set".
            var text = environment(variable.Name) ?? dotEnv.GetValueOrDefault(variable.Name);
            if (!string.IsNullOrWhiteSpace(text))
            {
                settings[variable.Key] = variable.Translate(text.Trim());
            }
        }

        configuration.AddInMemoryCollection(settings);
    }
}

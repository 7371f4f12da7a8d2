namespace Latchkey.Gateway.Configuration;

/// <summary>Prints what is configured, secrets hidden: <c>Latchkey.Gateway settings</c>.</summary>
internal static class SettingsReport
{
    public static void Print(IConfiguration configuration, TextWriter output)
    {
        foreach (var variable in ContractVariables.All)
        {
            output.WriteLine($"{variable.Name,-22} {ValueOf(configuration, variable)}");
        }
    }

    /// <summary>The value as it may be shown.</summary>
    public static string ValueOf(IConfiguration configuration, Variable variable) => configuration[variable.Key] switch
    {
        null or "" => $"(default: {variable.Default})",
        _ when variable.Secret => "(set, hidden)",
        var value => value,
    };
}

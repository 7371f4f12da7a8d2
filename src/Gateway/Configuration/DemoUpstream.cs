namespace Latchkey.Gateway.Configuration;

/// <summary>
/// Without a master key, in development only, the gateway talks to the Simulator that <c>run.sh</c> has started beside it.
/// </summary>
internal static class DemoUpstream
{
    /// <summary>Address of the Simulator; set by <c>run.sh</c>, never by an operator.</summary>
    public const string Key = "Latchkey:Demo:Upstream";

    private const string ApiKeys = "Latchkey:Upstream:ApiKeys";
    private const string BaseUrl = "Latchkey:Upstream:BaseUrl";

    /// <summary>Whether answers come from the Simulator.</summary>
    public static bool IsOn(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[Key]);

    /// <summary>Whether the demo, not an operator, has set this variable.</summary>
    public static bool Sets(IConfiguration configuration, Variable variable) => IsOn(configuration) && variable.Key is ApiKeys or BaseUrl;

    /// <summary>Takes the Simulator for the upstream.</summary>
    /// <exception cref="SettingException">It is production, or there is a master key, or neither a key nor a Simulator.</exception>
    public static void Apply(IConfigurationBuilder builder, IConfiguration configuration, bool development)
    {
        var hasKey = !string.IsNullOrWhiteSpace(configuration[ApiKeys]);
        if (!IsOn(configuration))
        {
            return;
        }

        if (!development || hasKey)
        {
            throw new SettingException($"{Key} is for development without ANTHROPIC_API_KEY only.");
        }

        builder.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [BaseUrl] = configuration[Key],
            [ApiKeys] = "sk-ant-simulator",
        });
    }
}

using System.Globalization;

namespace Latchkey.Gateway.Configuration;

/// <summary>
/// The variables that deployed gateways are configured with, in one table: name, configuration key, default, meaning.
/// The operator's guide, <c>.env.example</c> and <c>Latchkey.Gateway settings</c> are held against it by tests.
/// </summary>
internal static class ContractVariables
{
    public static readonly IReadOnlyList<Variable> All =
    [
        new("ANTHROPIC_API_KEY", "Latchkey:Upstream:ApiKeys", "–", "master key; several, comma-separated, make a pool", Secret: true),
        new("ANTHROPIC_BASE_URL", "Latchkey:Upstream:BaseUrl", "https://api.anthropic.com", "the upstream"),
        new("ANTHROPIC_ADMIN_KEY", "Latchkey:Reconcile:AdminKey", "–", "admin key of the organisation, for comparing the ledger with Anthropic's reports", Secret: true),
        new("JWT_SECRET", "Latchkey:Tokens:Secret", "generated in development", "HS256 signing secret, 32 bytes or more", Secret: true),
        new("JWT_EXPIRATION_HOURS", "Latchkey:Tokens:LifetimeHours", "24", "wrapper token lifetime in hours"),
        new("PORT", "Latchkey:Listener:Port", "3001", "port that the gateway listens on"),
        new("HOST", "Latchkey:Listener:Host", "127.0.0.1 in development, 0.0.0.0 in production", "address that the gateway listens on"),
        new("PROXY_BASE_URL", "Latchkey:Tokens:ProxyBaseUrl", "http://localhost:<PORT>", "public address given to clients"),
        new("RATE_LIMIT_MAX", "Latchkey:Limits:RequestsPerWindow", "100", "requests a device may make in a window"),
        new("RATE_LIMIT_WINDOW", "Latchkey:Limits:Window", "60000", "that window in milliseconds") { Translate = MillisecondsToTimeSpan },
        new("MAX_PAYLOAD_SIZE", "Latchkey:Accept:MaxPayloadSize", "2097152", "largest request body in bytes, up to 33554432"),
        new("ALLOWED_MODELS", "Latchkey:Models:Allowed", "claude-*", "models that may be used: ids, aliases or * suffix patterns, comma-separated"),
        new("PRICES_FILE", "Latchkey:Prices:File", "none", "price file that replaces the built-in price book"),
        new("PRICE_OVERRIDES", "Latchkey:Prices:OverridesFile", "none", "file with an operator's own rates, discount and mark-up"),
        new("CORS_ORIGINS", "Latchkey:Listener:CorsOrigins", "none", "origins that browsers may call from, comma-separated"),
        new("REDIS_URL", "Latchkey:Redis:Url", "–", "shares limits between gateways", Secret: true),
        new("DATABASE_URL", "Latchkey:Database:Url", "–", "PostgreSQL that gateways share: usage of all of them in one place", Secret: true),
        new("LOG_LEVEL", "Logging:LogLevel:Default", "info", "debug, info, warn or error") { Translate = LogLevelName },
        new("DATA_DIR", "Latchkey:Storage:DataDirectory", "./data", "folder of the SQLite file and the generated secrets"),
        new("RETENTION_DAYS", "Latchkey:Storage:Retention:RowDays", "90", "days that usage rows are kept; 0: for ever"),
        new("ADMIN_API_KEY", "Latchkey:Operators:ApiKey", "generated in development", "first operator credential, 24 characters or more", Secret: true),
    ];

    /// <summary>What people should be told to change for a configuration key: the contract's name where there is one.</summary>
    public static string NameOf(string key) =>
        All.FirstOrDefault(v => string.Equals(v.Key, key, StringComparison.OrdinalIgnoreCase)) is { } variable
            ? $"{variable.Name} ({key})"
            : key;

    private static string MillisecondsToTimeSpan(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is >= 1000 and <= 3_600_000
            ? TimeSpan.FromMilliseconds(milliseconds).ToString("c", CultureInfo.InvariantCulture)
            : throw new SettingException($"RATE_LIMIT_WINDOW is a whole number of milliseconds from 1000 to 3600000, not '{text}'.");

    private static string LogLevelName(string text) => text.ToLowerInvariant() switch
    {
        "debug" => nameof(LogLevel.Debug),
        "info" => nameof(LogLevel.Information),
        "warn" => nameof(LogLevel.Warning),
        "error" => nameof(LogLevel.Error),
        _ => throw new SettingException($"LOG_LEVEL is one of debug, info, warn, error, not '{text}'."),
    };
}

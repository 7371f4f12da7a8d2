namespace Latchkey.Gateway.Prices;

/// <summary>What the room Prices says; ids 87xx.</summary>
internal static partial class PricesLog
{
    [LoggerMessage(8701, LogLevel.Information, "Prices {Version} are in force; before it were {Before}")]
    public static partial void Applied(this ILogger logger, string version, string before);

    [LoggerMessage(8702, LogLevel.Error, "Prices aren't reloaded: {Problem}. {Version} stay in force")]
    public static partial void Refused(this ILogger logger, string problem, string version);

    [LoggerMessage(8703, LogLevel.Information, "The price files are good and say what is in force already: {Version}")]
    public static partial void Unchanged(this ILogger logger, string version);

    [LoggerMessage(8705, LogLevel.Information, "{Corrected} of {Looked} rows from {From:o} to {To:o} were corrected to prices {Version}: {NanoDollars} nano-dollars")]
    public static partial void Rerated(
        this ILogger logger, long corrected, long looked, DateTimeOffset from, DateTimeOffset to, string version, decimal nanoDollars);

    [LoggerMessage(8704, LogLevel.Error, "A look at the price files failed; the prices of before stay in force")]
    public static partial void LookFailed(this ILogger logger, Exception exception);
}

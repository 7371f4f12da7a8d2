using System.Globalization;
using StackExchange.Redis;

namespace Latchkey.Gateway.Storage.Redis;

/// <summary>
/// Reads <c>REDIS_URL</c>: <c>redis://[[user]:password@]host[:port][/database]</c>, <c>rediss://</c> for TLS, or a configuration
/// string of StackExchange.Redis (several hosts, Sentinel). Its errors never repeat the value: it may hold a password.
/// </summary>
internal static class RedisUrl
{
    private const string Forms =
        "redis://[:password@]host:port[/database], rediss:// for TLS, or a StackExchange.Redis configuration string";

    /// <exception cref="FormatException">The value can't be read. The message names REDIS_URL and says why.</exception>
    public static ConfigurationOptions Parse(string value)
    {
        var options = value.Contains("://", StringComparison.Ordinal) ? ParseUrl(value) : ParseConfiguration(value);

        // A gateway starts, and serves, without Redis: nothing here may wait for it or queue behind it.
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectRetry = 1;
        options.ConnectTimeout = 1_000;
        options.AsyncTimeout = 500;
        options.SyncTimeout = 500;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        options.ClientName ??= "latchkey";
        return options;
    }

    private static ConfigurationOptions ParseUrl(string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url))
        {
            throw Unreadable("isn't a URL (special characters in a password are percent-encoded)");
        }

        if (url.Scheme is not ("redis" or "rediss"))
        {
            throw Unreadable("has an unknown scheme");
        }

        if (url.Host.Length == 0)
        {
            throw Unreadable("names no host");
        }

        if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            throw Unreadable("has a query or fragment, which mean nothing here");
        }

        var port = url.Port < 0 ? 6379 : url.Port;
        var options = new ConfigurationOptions { EndPoints = { { url.IdnHost.Trim('[', ']'), port } } };
        if (url.Scheme is "rediss")
        {
            options.Ssl = true;
            options.SslHost = url.IdnHost;
        }

        var colon = url.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (url.UserInfo.Length > 0 && colon < 0)
        {
            throw Unreadable("has a user without a password (a password alone is written after a colon)");
        }

        if (colon >= 0)
        {
            options.User = colon == 0 ? null : Uri.UnescapeDataString(url.UserInfo[..colon]);
            options.Password = Uri.UnescapeDataString(url.UserInfo[(colon + 1)..]);
        }

        var path = url.AbsolutePath.Trim('/');
        if (path.Length > 0)
        {
            if (!int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var database))
            {
                throw Unreadable("has a path that isn't the number of a database");
            }

            options.DefaultDatabase = database;
        }

        return options;
    }

    private static ConfigurationOptions ParseConfiguration(string value)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(value);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            // Its message quotes the part it didn't understand, which may be the password: it goes no further.
            throw Unreadable("isn't a configuration string");
        }

        return options.EndPoints.Count > 0 ? options : throw Unreadable("names no host");
    }

    private static FormatException Unreadable(string why) => new($"REDIS_URL {why}. Expected {Forms}.");
}

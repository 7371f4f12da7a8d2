using System.Globalization;
using Npgsql;

namespace Latchkey.Gateway.Storage.Postgres;

/// <summary>
/// Reads <c>DATABASE_URL</c>: <c>postgres://user[:password]@host[:port][,host[:port]…][/database][?sslmode=…]</c>, as libpq does.
/// Its errors never repeat the value: it may hold a password.
/// </summary>
internal static class PostgresUrl
{
    private const string Forms = "postgres://user[:password]@host[:port][/database][?sslmode=…]";
    private const string Parameters = "sslmode, sslrootcert, sslcert, sslkey, application_name, options";
    private const int DefaultPort = 5432;

    /// <exception cref="FormatException">The value can't be read. The message names DATABASE_URL and says why.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string value)
    {
        var rest = Scheme(value);
        var options = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "latchkey",

            Timeout = 5,
            CommandTimeout = 10,
            CancellationTimeout = 1_000,

            // A row's text has no place in an error that is logged.
            IncludeErrorDetail = false,
        };
        (rest, var query) = Cut(rest, '?');
        (var authority, var path) = Cut(rest, '/');
        Login(options, authority);
        Hosts(options, authority[(authority.LastIndexOf('@') + 1)..]);
        options.Database = path.Length > 0 ? Decoded(path) : options.Username;
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, text) = Cut(parameter, '=');
            Parameter(options, name, Decoded(text));
        }

        if (options.SslKey is not null && options.SslCertificate is null)
        {
            throw Unreadable("has an sslkey without an sslcert");
        }

        return options;
    }

    private static string Scheme(string value)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["postgres://", "postgresql://"])
        {
            if (value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return value[scheme.Length..];
            }
        }

        throw Unreadable("isn't a URL of PostgreSQL");
    }

    private static void Login(NpgsqlConnectionStringBuilder options, string authority)
    {
        var at = authority.LastIndexOf('@');
        var (user, password) = Cut(at < 0 ? "" : authority[..at], ':');
        if (user.Length == 0)
        {
            throw Unreadable("names no user");
        }

        if (password.AsSpan().IndexOfAny('@', '#') >= 0)
        {
            throw Unreadable("has a password with a special character: those are percent-encoded");
        }

        options.Username = Decoded(user);
        options.Password = password.Length > 0 ? Decoded(password) : null;
    }

    private static void Hosts(NpgsqlConnectionStringBuilder options, string hosts)
    {
        var names = new List<string>();
        foreach (var host in hosts.Split(','))
        {
            // An IPv6 address has colons of its own, so that it stands in brackets.
            var end = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
            var colon = host.IndexOf(':', end);
            var name = Decoded(colon < 0 ? host : host[..colon]);
            var port = DefaultPort;
            if (name.Length == 0)
            {
                throw Unreadable("names no host");
            }

            if (colon >= 0 && !(int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535))
            {
                throw Unreadable("has a port that isn't one");
            }

            names.Add(string.Create(CultureInfo.InvariantCulture, $"{name}:{port}"));
        }

        if (names.Count > 1)
        {
            options.Host = string.Join(',', names);
            return;
        }

        var last = names[0].LastIndexOf(':');
        options.Host = names[0][..last].Trim('[', ']');
        options.Port = int.Parse(names[0].AsSpan(last + 1), CultureInfo.InvariantCulture);
    }

    private static void Parameter(NpgsqlConnectionStringBuilder options, string name, string value)
    {
        switch (name)
        {
            case "sslmode":
                options.SslMode = value switch
                {
                    "disable" => SslMode.Disable,
                    "allow" => SslMode.Allow,
                    "prefer" => SslMode.Prefer,
                    "require" => SslMode.Require,
                    "verify-ca" => SslMode.VerifyCA,
                    "verify-full" => SslMode.VerifyFull,
                    _ => throw Unreadable("has an unknown sslmode (disable, allow, prefer, require, verify-ca, verify-full)"),
                };
                break;
            case "sslrootcert":
                options.RootCertificate = ExistingFile(name, value);
                break;
            case "sslcert":
                options.SslCertificate = ExistingFile(name, value);
                break;
            case "sslkey":
                options.SslKey = ExistingFile(name, value);
                break;
            case "application_name":
                options.ApplicationName = value;
                break;
            case "options":
                options.Options = value;
                break;
            default:
                throw Unreadable($"has an unknown parameter (known are {Parameters})");
        }
    }

    private static string ExistingFile(string name, string path) => File.Exists(path) ? path : throw Unreadable($"has an {name} that names no file");

    private static string Decoded(string text) => Uri.UnescapeDataString(text);

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, "");

    private static FormatException Unreadable(string why) => new($"DATABASE_URL {why}. Expected {Forms}.");
}

using System.Net;
using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.DataPath.Forward;

/// <summary>The one place that requests are sent to.</summary>
internal sealed record Upstream(Uri Origin)
{
    /// <summary>Name of the upstream in logs, metrics and breakers.</summary>
    public string Name { get; } = Origin.Authority;

    /// <exception cref="SettingException">The address is no https origin, and not on this machine either.</exception>
    public static Upstream Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0
            || uri.AbsolutePath is not "/")
        {
            throw new SettingException($"ANTHROPIC_BASE_URL must be an origin without a path, such as https://api.anthropic.com, not '{text}'.");
        }

        // In clear text the master key would be everybody's on the way.
        return uri.Scheme == "https" || uri.IsLoopback
            ? new Upstream(uri)
            : throw new SettingException($"ANTHROPIC_BASE_URL must be https unless it is on this machine, not '{text}'.");
    }

    /// <summary>The version to ask for: HTTP/2 shares one TLS connection between many streams.</summary>
    public Version PreferredVersion => Origin.Scheme == "https" ? HttpVersion.Version20 : HttpVersion.Version11;

    /// <summary>The address of a call; the path comes from the route table, never from the client.</summary>
    public Uri AddressOf(string path, string query) => new(Origin, path + query);
}

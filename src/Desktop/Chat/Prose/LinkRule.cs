using System.Net;

namespace Latchkey.Desktop.Chat.Prose;

/// <summary>Which links of an answer may be followed.</summary>
internal static class LinkRule
{
    /// <summary>
    /// The link in its canonical form; null for one that stays text. Web and mail addresses may be followed. Addresses of this machine by
    /// number may not: browsers send our cookie to every port of 127.0.0.1.
    /// </summary>
    public static Uri? Follow(string? address)
    {
        if (!Uri.TryCreate(address?.Trim(), UriKind.Absolute, out var uri))
        {
            return null;
        }

        if (uri.Scheme == Uri.UriSchemeMailto)
        {
            return uri;
        }

        if ((uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
        {
            return null;
        }

        return IsLoopbackNumber(uri) ? null : uri;
    }

    private static bool IsLoopbackNumber(Uri uri)
    {
        // Browsers read digits of any script, and all the ways to write an address.
        var host = uri.IdnHost.Normalize(System.Text.NormalizationForm.FormKC).Trim('[', ']');
        var bracketed = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return Uri.TryCreate($"http://{bracketed}/", UriKind.Absolute, out var plain)
            && IPAddress.TryParse(plain.Host.Trim('[', ']'), out var number)
            && (IPAddress.IsLoopback(number) || number.Equals(IPAddress.Any) || number.Equals(IPAddress.IPv6Any)
                || (number.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(number.MapToIPv4())));
    }
}

using System.Buffers.Text;
using System.Text;
using Latchkey.Gateway.Tokens.Devices;

namespace Latchkey.Gateway.Admin.Devices;

/// <summary>
/// A device's place in a path. Ids are the clients' own, and some hold what may not stand in a path, encoded or not: those, and any that look
/// like one of them, are spelled <c>b64.</c> and base64url.
/// </summary>
internal static class DeviceAddress
{
    private const string Encoded = "b64.";

    public static string PathOf(string id) => "/admin/devices/" + (NeedsNoEncoding(id) ? id : Encoded + Base64Url.EncodeToString(Encoding.ASCII.GetBytes(id)));

    /// <summary>The id, or null when the segment names none.</summary>
    public static string? Read(string segment)
    {
        var id = segment;
        if (segment.StartsWith(Encoded, StringComparison.Ordinal))
        {
            try
            {
                id = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(segment.AsSpan(Encoded.Length)));
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return DeviceId.Problem(id) is null ? id : null;
    }

    private static bool NeedsNoEncoding(string id) =>
        !id.StartsWith(Encoded, StringComparison.Ordinal) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '@');
}

using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Latchkey.Protocol;

namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>Reads and writes the two JSON parts of a wrapper token. Strict: what the writer wouldn't write, the reader refuses.</summary>
internal static class WrapperTokenJson
{
    /// <summary>As many as an allow-list may hold: else a server could mint tokens that it refuses.</summary>
    private const int MaxModels = 200;

    // Nobody puts a token into HTML: "+" needs no escape.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 3 };

    /// <summary>The header's key id, or null when the header isn't exactly algorithm, type and key id.</summary>
    public static string? ReadHeader(ReadOnlySpan<byte> json)
    {
        string? algorithm = null, type = null, keyId = null;
        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // Any other member (crit, jku, jwk, x5u, b64, …) changes what a signature means: refused.
                var isNew = reader.ValueTextEquals("alg"u8) ? ReadOnce(ref reader, ref algorithm)
                    : reader.ValueTextEquals("typ"u8) ? ReadOnce(ref reader, ref type)
                    : reader.ValueTextEquals("kid"u8) && ReadOnce(ref reader, ref keyId);
                if (!isNew)
                {
                    return null;
                }
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read()
                && algorithm == VerificationKey.Algorithm && type == WrapperToken.Type ? keyId : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The claims, or null when one is missing, doubled, of the wrong type, or the token is somebody else's.</summary>
    public static ReadClaims? ReadPayload(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            string? issuer = null, audience = null, device = null, user = null, org = null, token = null, session = null;
            long? issuedAt = null, expires = null, rateLimit = null, generation = null;
            decimal? spendCap = null;
            List<string>? models = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                var once = name switch
                {
                    "iss" => ReadOnce(ref reader, ref issuer),
                    "aud" => ReadOnce(ref reader, ref audience),
                    "jti" => ReadOnce(ref reader, ref token),
                    "iat" => ReadOnce(ref reader, ref issuedAt),
                    "exp" => ReadOnce(ref reader, ref expires),
                    WrapperToken.Claims.DeviceId => ReadOnce(ref reader, ref device),
                    WrapperToken.Claims.UserId => ReadOnce(ref reader, ref user),
                    WrapperToken.Claims.OrgId => ReadOnce(ref reader, ref org),
                    WrapperToken.Claims.SessionId => ReadOnce(ref reader, ref session),
                    WrapperToken.Claims.RateLimit => ReadOnce(ref reader, ref rateLimit),
                    WrapperToken.Claims.Generation => ReadOnce(ref reader, ref generation),
                    WrapperToken.Claims.SpendCap => ReadOnce(ref reader, ref spendCap),
                    WrapperToken.Claims.Models => ReadOnce(ref reader, ref models),
                    _ => SkipUnknown(ref reader),
                };
                if (!once)
                {
                    return null;
                }
            }

            if (reader.TokenType != JsonTokenType.EndObject || reader.Read()
                || issuer != WrapperToken.Issuer || audience != WrapperToken.Audience
                || string.IsNullOrEmpty(device) || string.IsNullOrEmpty(token) || string.IsNullOrEmpty(session) || models is null
                || issuedAt is not (> 0 and < 253_402_300_800) || expires is not (> 0 and < 253_402_300_800) || expires <= issuedAt
                || rateLimit is not (null or (> 0 and <= int.MaxValue)) || spendCap is < 0)
            {
                return null;
            }

            var caller = new Caller
            {
                DeviceId = device,
                UserId = user,
                OrgId = org,
                Models = models,
                RateLimit = (int?)rateLimit,
                SpendCap = spendCap,
                TokenId = token,
                SessionId = session,
                IssuedAt = DateTimeOffset.FromUnixTimeSeconds(issuedAt.Value),
                ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(expires.Value),
            };
            return new ReadClaims(caller, caller.IssuedAt);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Writes a header in the form that <see cref="ReadHeader"/> takes.</summary>
    public static byte[] WriteHeader(string keyId)
    {
        var bytes = new ArrayBufferWriter<byte>(96);
        using var json = new Utf8JsonWriter(bytes, Plain);
        json.WriteStartObject();
        json.WriteString("alg", VerificationKey.Algorithm);
        json.WriteString("typ", WrapperToken.Type);
        json.WriteString("kid", keyId);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Writes claims in the form that <see cref="ReadPayload"/> takes.</summary>
    public static byte[] WritePayload(Caller caller, DateTimeOffset issuedAt)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(bytes, Plain);
        json.WriteStartObject();
        json.WriteString("iss", WrapperToken.Issuer);
        json.WriteString("aud", WrapperToken.Audience);
        json.WriteString(WrapperToken.Claims.DeviceId, caller.DeviceId);
        if (caller.UserId is { } user)
        {
            json.WriteString(WrapperToken.Claims.UserId, user);
        }

        if (caller.OrgId is { } org)
        {
            json.WriteString(WrapperToken.Claims.OrgId, org);
        }

        json.WriteStartArray(WrapperToken.Claims.Models);
        foreach (var model in caller.Models)
        {
            json.WriteStringValue(model);
        }

        json.WriteEndArray();
        if (caller.RateLimit is { } rateLimit)
        {
            json.WriteNumber(WrapperToken.Claims.RateLimit, rateLimit);
        }

        if (caller.SpendCap is { } spendCap)
        {
            json.WriteNumber(WrapperToken.Claims.SpendCap, spendCap);
        }

        json.WriteString(WrapperToken.Claims.SessionId, caller.SessionId);
        json.WriteNumber(WrapperToken.Claims.Generation, 1);
        json.WriteString("jti", caller.TokenId);
        json.WriteNumber("iat", issuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp", caller.ExpiresAt.ToUnixTimeSeconds());
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static bool ReadOnce(ref Utf8JsonReader reader, ref string? value)
    {
        if (value is not null || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        value = reader.GetString();
        return true;
    }

    private static bool ReadOnce(ref Utf8JsonReader reader, ref long? value)
    {
        if (value is not null || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out var number))
        {
            return false;
        }

        value = number;
        return true;
    }

    private static bool ReadOnce(ref Utf8JsonReader reader, ref decimal? value)
    {
        if (value is not null || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDecimal(out var number))
        {
            return false;
        }

        value = number;
        return true;
    }

    private static bool ReadOnce(ref Utf8JsonReader reader, ref List<string>? values)
    {
        if (values is not null || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        values = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (values.Count == MaxModels)
            {
                return false;
            }

            values.Add(reader.GetString()!);
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    // A newer gateway of the fleet may add a claim; one that changes rights comes with a new type.
    private static bool SkipUnknown(ref Utf8JsonReader reader) => reader.Read() && reader.TrySkip();

    /// <summary>Claims as read: the caller and when the token was minted.</summary>
    internal readonly record struct ReadClaims(Caller Caller, DateTimeOffset IssuedAt);
}

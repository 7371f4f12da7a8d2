using System.Security.Cryptography;
using System.Text;

namespace Latchkey.Desktop.Door;

/// <summary>
/// The secrets of one run: a code that lets one window in, once and soon, and the session that it gets for it. Any program on this machine
/// can reach the port; only who was given the address gets in. Thread-safe.
/// </summary>
internal sealed class DoorKey(TimeProvider time)
{
    /// <summary>A window that takes longer than this to open its first page won't open it.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(2);

    private readonly Lock _lock = new();
    private readonly string _session = NewSecret();
    private byte[]? _code;
    private long _issued;

    /// <summary>A code for one window. An earlier one that wasn't used is worth nothing any more.</summary>
    public string NewCode()
    {
        lock (_lock)
        {
            var code = NewSecret();
            _code = HashOf(code);
            _issued = time.GetTimestamp();
            return code;
        }
    }

    /// <summary>The session for a code, once; null for a wrong, used or old one.</summary>
    public string? Exchange(string? code)
    {
        lock (_lock)
        {
            if (code is null || _code is null || time.GetElapsedTime(_issued) > CodeLife
                || !CryptographicOperations.FixedTimeEquals(HashOf(code), _code))
            {
                return null;
            }

            _code = null;
            return _session;
        }
    }

    public bool IsSession(string? session) =>
        session is not null && CryptographicOperations.FixedTimeEquals(HashOf(session), HashOf(_session));

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Of equal length, whatever was sent.</summary>
    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

using System.Buffers;
using System.Text;

namespace Latchkey.Client.Secrets;

/// <summary>What names and values secrets may have: the same for every store, so that one can stand in for another.</summary>
internal static class SecretRules
{
    /// <summary>A wrapper token has up to 4 KB. In bytes of UTF-8.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxNameLength = 64;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// A name is 1 to 64 letters of ASCII, digits, <c>-</c> and <c>.</c>, and begins with a letter or a digit: it becomes a file's name.
    /// </summary>
    /// <exception cref="ArgumentException">It isn't.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > MaxNameLength || name.AsSpan().ContainsAnyExcept(NameCharacters) || !char.IsAsciiLetterOrDigit(name[0]))
        {
            throw new ArgumentException($"'{name}' isn't a secret's name.", nameof(name));
        }
    }

    /// <summary>The bytes to keep for a value.</summary>
    /// <exception cref="SecretStoreException">The value is empty, too long or not text.</exception>
    public static byte[] Encode(string name, string value)
    {
        try
        {
            return Utf8.GetByteCount(value) switch
            {
                0 => throw new SecretStoreException($"The secret '{name}' is empty, so it can't be kept."),
                > MaxBytes => throw new SecretStoreException($"The secret '{name}' is longer than {MaxBytes} bytes, so it can't be kept."),
                _ => Utf8.GetBytes(value),
            };
        }
        catch (EncoderFallbackException)
        {
            // Its message shows a piece of the value.
            throw new SecretStoreException($"The secret '{name}' isn't text, so it can't be kept.");
        }
    }

    /// <summary>The value that bytes were kept for; null for no bytes, which a crash may leave of a file.</summary>
    /// <exception cref="SecretStoreException">The bytes aren't text: something else wrote them.</exception>
    public static string? Decode(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes.IsEmpty ? null : Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // Its message shows a piece of the value.
            throw new SecretStoreException($"What is kept as '{name}' isn't text. Sign in again to replace it.");
        }
    }
}

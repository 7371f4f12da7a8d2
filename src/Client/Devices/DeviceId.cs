using System.Security.Cryptography;
using System.Text;

namespace Latchkey.Client.Devices;

/// <summary>
/// The id that this machine tells the gateway: a keyed hash of the system's machine id, so that the id itself, which other programs use too,
/// never leaves (<c>machine-id(5)</c> asks for that). Where there is none, an id is made up once and kept.
/// </summary>
internal static class DeviceId
{
    private const string FileName = "device-id";

    public static string Read(string folder) => Of(MachineId.Read(), folder);

    public static string Of(string? machineId, string folder) => machineId is null ? Kept(folder) : Of(machineId);

    /// <summary>32 hexadecimal digits of HMAC-SHA256 with the machine id as its key.</summary>
    public static string Of(string machineId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(machineId), "latchkey device 1"u8)[..16]);

    private static string Kept(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (Existing(path) is { } kept)
        {
            return kept;
        }

        Directory.CreateDirectory(folder);
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var temporary = $"{path}.{made}";
        File.WriteAllText(temporary, made);
        try
        {
            // Whoever comes first decides: another process may have made one up at the same moment. What is there and isn't an id decides nothing.
            File.Move(temporary, path, overwrite: File.Exists(path) && Existing(path) is null);
            return made;
        }
        catch (IOException) when (Existing(path) is not null)
        {
            File.Delete(temporary);
            return Existing(path)!;
        }
    }

    private static string? Existing(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: 32 } id && id.All(char.IsAsciiHexDigit) ? id : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

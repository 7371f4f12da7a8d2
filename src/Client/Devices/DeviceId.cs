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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static string Read(string folder) => Of(MachineId.Read(), folder);

    public static string Of(string? machineId, string folder) => machineId is null ? Kept(folder) : Of(machineId);

    /// <summary>32 hexadecimal digits of HMAC-SHA256 with the machine id as its key.</summary>
    public static string Of(string machineId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(machineId), "latchkey device 1"u8)[..16]);

    /// <summary>Two processes may begin at the same moment: the file is one's own while it is read and, where it holds no id, given one.</summary>
    /// <exception cref="IOException">The folder can't be written, or another process has kept the file for seconds.</exception>
    private static string Kept(string folder)
    {
        Directory.CreateDirectory(folder);
        using var file = Open(Path.Combine(folder, FileName));
        using var reader = new StreamReader(file, leaveOpen: true);
        if (reader.ReadToEnd().Trim() is { Length: 32 } id && id.All(char.IsAsciiHexDigit))
        {
            return id;
        }

        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(made));
        return made;
    }

    private static FileStream Open(string path)
    {
        var started = Environment.TickCount64;
        var wait = default(SpinWait);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Environment.TickCount64 - started < Patience.TotalMilliseconds)
            {
                wait.SpinOnce();
            }
        }
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Run;

/// <summary>
/// Replaces this process by a program (<c>execve(2)</c>). Arguments and environment go on as the bytes that they came as: not every file name is
/// UTF-8.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class ProcessImage
{
    private const int NotExecutable = 8; // ENOEXEC
    private const int BrokenPipe = 13; // SIGPIPE

    /// <returns>Never.</returns>
    public static int Replace(Launch launch)
    {
        var environment = Environment(launch.Environment);
        int error;
        fixed (byte* program = Text(launch.Program))
        {
            // The runtime ignores SIGPIPE, and what is ignored stays so in the program, which would write on after its reader has left.
            Signal(BrokenPipe, IntPtr.Zero);
            error = Execute(program, [launch.Program, .. launch.Arguments], environment);
        }

        if (error == NotExecutable)
        {
            // A script without a first line: sh reads it, as it does when a shell starts one.
            fixed (byte* shell = "/bin/sh\0"u8)
            {
                error = Execute(shell, ["sh", launch.Program, .. launch.Arguments], environment);
            }
        }

        throw new CommandException(ExitCode.CannotRun, $"{launch.Program} can't be run: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    private static int Execute(byte* program, IReadOnlyList<string> arguments, byte*[] environment)
    {
        var raw = RawArguments.Read();
        var pointers = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < arguments.Count; i++)
        {
            pointers[i] = (byte*)NativeMemory.AllocZeroed(1 + (nuint)Encoding.UTF8.GetMaxByteCount(arguments[i].Length));
            var bytes = raw.BytesOf(arguments[i]);
            bytes.CopyTo(new Span<byte>(pointers[i], bytes.Length));
        }

        fixed (byte** variables = environment)
        {
            _ = ExecVe(program, pointers, variables);
        }

        // Nothing is freed: what follows is the program's end.
        return Marshal.GetLastPInvokeError();
    }

    /// <summary>This process's variables as they lie in its memory, with the changes.</summary>
    private static byte*[] Environment(IReadOnlyDictionary<string, string?> changes)
    {
        var variables = new List<IntPtr>();
        var environ = *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
        for (var variable = environ; variable is not null && *variable is not null; variable++)
        {
            var text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*variable);
            var equals = text.IndexOf((byte)'=');
            if (equals < 0 || !changes.ContainsKey(Encoding.UTF8.GetString(text[..equals])))
            {
                variables.Add((IntPtr)(*variable));
            }
        }

        foreach (var (name, value) in changes)
        {
            if (value is not null)
            {
                variables.Add(Marshal.StringToCoTaskMemUTF8($"{name}={value}"));
            }
        }

        var result = new byte*[variables.Count + 1];
        for (var i = 0; i < variables.Count; i++)
        {
            result[i] = (byte*)variables[i];
        }

        return result;
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static partial int ExecVe(byte* program, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial IntPtr Signal(int number, IntPtr handler);
}

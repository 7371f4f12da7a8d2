using System.Text;

namespace Latchkey.Cli.Run;

/// <summary>
/// The command line as bytes. What isn't UTF-8 in it arrives in a string as U+FFFD; where such a character is, the bytes are looked up in
/// <c>/proc/self/cmdline</c>. Systems without that have UTF-8 names only.
/// </summary>
internal sealed class RawArguments
{
    private readonly List<(string Text, byte[] Bytes)> _damaged;

    private RawArguments(List<(string, byte[])> damaged) => _damaged = damaged;

    public static RawArguments Read()
    {
        try
        {
            return Of(File.ReadAllBytes("/proc/self/cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RawArguments([]);
        }
    }

    /// <param name="commandLine">Each argument with a zero at its end.</param>
    public static RawArguments Of(ReadOnlySpan<byte> commandLine)
    {
        var damaged = new List<(string, byte[])>();
        foreach (var range in commandLine.Split((byte)0))
        {
            var text = Encoding.UTF8.GetString(commandLine[range]);
            if (text.Contains('\uFFFD', StringComparison.Ordinal))
            {
                damaged.Add((text, commandLine[range].ToArray()));
            }
        }

        return new RawArguments(damaged);
    }

    /// <summary>The bytes that an argument came as. Two that look the same in a string may differ: each is taken once, in order.</summary>
    public byte[] BytesOf(string argument)
    {
        var found = argument.Contains('\uFFFD', StringComparison.Ordinal) ? _damaged.FindIndex(raw => raw.Text == argument) : -1;
        if (found < 0)
        {
            return Encoding.UTF8.GetBytes(argument);
        }

        var bytes = _damaged[found].Bytes;
        _damaged.RemoveAt(found);
        return bytes;
    }
}

using System.Text;

namespace Latchkey.Claude.Tests;

/// <summary>Writes event streams for the tests, and cuts them.</summary>
internal static class Sse
{
    public static byte[] Stream(params (string Name, string Data)[] events)
    {
        var text = new StringBuilder();
        foreach (var (name, data) in events)
        {
            if (name.Length > 0)
            {
                text.Append("event: ").Append(name).Append('\n');
            }
            text.Append("data: ").Append(data).Append("\n\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Pushes the bytes in pieces of the given lengths, over and over; each piece in memory of its own that is wiped afterwards.</summary>
    public static void Push(byte[] bytes, IReadOnlyList<int> lengths, Action<byte[]> push)
    {
        for (int at = 0, turn = 0; at < bytes.Length; turn++)
        {
            var length = Math.Min(lengths[turn % lengths.Count], bytes.Length - at);
            var piece = bytes.AsSpan(at, length).ToArray();
            push(piece);
            piece.AsSpan().Fill((byte)'#');
            at += length;
        }
    }
}

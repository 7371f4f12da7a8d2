using System.Text;

namespace Latchkey.TestKit;

/// <summary>What a program has said on its standard error so far. Thread-safe.</summary>
internal sealed class ProcessErrors
{
    private readonly StringBuilder _text = new();

    public void Note(string? line)
    {
        lock (_text)
        {
            _text.AppendLine(line);
        }
    }

    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }
}

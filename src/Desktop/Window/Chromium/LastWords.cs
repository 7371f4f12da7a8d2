namespace Latchkey.Desktop.Window.Chromium;

/// <summary>The end of what a program says, for when it has failed. Any thread may add.</summary>
internal sealed class LastWords
{
    private const int Lines = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Queue<string> _lines = new();
    private readonly TaskCompletionSource _complete = new();

    /// <param name="line">Null at the stream's end.</param>
    public void Add(string? line)
    {
        if (line is null)
        {
            _complete.TrySetResult();
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Lines)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>What was said when the stream ended, or a second from now: a program that lives on may hold it.</summary>
    public override string ToString()
    {
        _complete.Task.Wait(Patience);
        lock (_lines)
        {
            return string.Join(Environment.NewLine, _lines);
        }
    }
}

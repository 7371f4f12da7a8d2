namespace Latchkey.Cli.Output;

/// <summary>Says on a terminal what is being waited for, once it takes long enough to be noticed.</summary>
internal sealed class Waiting(Terminal terminal, TimeProvider time)
{
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    public async Task<T> ForAsync<T>(string what, Task<T> task)
    {
        if (!terminal.ErrorIsTerminal)
        {
            return await task.ConfigureAwait(false);
        }

        var shown = false;
        try
        {
            for (var pause = Unnoticed; !await EndsWithinAsync(task, pause).ConfigureAwait(false); pause = Step)
            {
                var frame = Frames[(int)(time.GetUtcNow().ToUnixTimeMilliseconds() / Step.TotalMilliseconds % Frames.Length)];
                await terminal.Error.WriteAsync($"\r{frame} {what} …").ConfigureAwait(false);
                shown = true;
            }

            return await task.ConfigureAwait(false);
        }
        finally
        {
            if (shown)
            {
                await terminal.Error.WriteAsync("\r\e[K").ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan pause) =>
        await Task.WhenAny(task, Task.Delay(pause, time)).ConfigureAwait(false) == task;
}

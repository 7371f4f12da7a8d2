using System.Collections.Concurrent;
using System.Runtime.Versioning;

namespace Latchkey.Desktop.Window.WebView2;

/// <summary>Brings work of other threads, and what follows a task, to the window's own thread through its messages.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowMessages(nint window) : SynchronizationContext
{
    public const uint Work = User32.App;

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _work = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        _work.Enqueue((d, state));
        _ = User32.Post(window, Work, 0, 0);
    }

    public void RunPosted()
    {
        while (_work.TryDequeue(out var item))
        {
            item.Callback(item.State);
        }
    }
}

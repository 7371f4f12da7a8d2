using Microsoft.JSInterop;

namespace Latchkey.Desktop.Shell;

/// <summary>Scripts of components.</summary>
internal static class JsModules
{
    /// <summary>Lets go of a script, if there is one and the window is still there to be told.</summary>
    public static async ValueTask ReleaseAsync(this IJSObjectReference? reference)
    {
        try
        {
            if (reference is not null)
            {
                await reference.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the script with it.
        }
    }
}

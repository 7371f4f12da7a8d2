namespace Latchkey.Desktop.Window;

/// <summary>Answers an engine's questions about addresses by the <see cref="NavigationRule"/>, and does what follows elsewhere.</summary>
internal sealed class Navigator(WindowRequest request)
{
    private readonly NavigationRule _rule = new(request.Address);

    /// <summary>Whether the window goes there itself. Otherwise it must not, and what is due elsewhere is done.</summary>
    public bool Loads(string? target, bool byPerson)
    {
        switch (_rule.Decide(target, byPerson))
        {
            case Navigation.Load:
                return true;
            case Navigation.OpenOutside when PersonsBrowser.Open(new(target!)):
                return false;
            case Navigation.OpenOutside:
                request.Logger.NoBrowser(WindowLog.Origin(target));
                return false;
            default:
                request.Logger.NavigationRefused(WindowLog.Origin(target));
                return false;
        }
    }

    /// <summary>A page wants a new window, and doesn't get it: one of the app's own pages comes into this window instead.</summary>
    public void TakeNewWindow(string? target, bool byPerson, Action<string> load)
    {
        if (Loads(target, byPerson))
        {
            load(target!);
        }
    }

    /// <summary>Whether a file may be saved: what comes from the app itself.</summary>
    public bool Downloads(string? address)
    {
        var own = _rule.Decide(address, byPerson: false) == Navigation.Load;
        if (!own)
        {
            request.Logger.DownloadRefused(WindowLog.Origin(address));
        }

        return own;
    }
}

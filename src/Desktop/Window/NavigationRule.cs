namespace Latchkey.Desktop.Window;

/// <summary>What becomes of an address that a page wants to go to.</summary>
internal enum Navigation
{
    /// <summary>The app's own page: the window loads it.</summary>
    Load,

    /// <summary>The web: it opens in the person's browser.</summary>
    OpenOutside,

    /// <summary>Nothing happens.</summary>
    Refuse,
}

/// <summary>
/// The one rule of all window kinds: only the app's own origin loads in the window, the web opens in the person's browser, and everything
/// else (<c>file:</c>, <c>data:</c>, <c>javascript:</c>, other programs' schemes) is refused.
/// </summary>
internal sealed class NavigationRule(Uri address)
{
    /// <param name="target">The address as the engine gives it.</param>
    /// <param name="byPerson">
    /// Whether a click or a key of the person's led to it. What a page does by itself opens no browser: an answer that the model wrote
    /// could carry words out in an address.
    /// </param>
    public Navigation Decide(string? target, bool byPerson)
    {
        // User names before the host hide where a link leads.
        if (!Uri.TryCreate(target, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0)
        {
            return Navigation.Refuse;
        }

        if (uri.Scheme == address.Scheme && uri.Host == address.Host && uri.Port == address.Port)
        {
            return Navigation.Load;
        }

        return byPerson && PersonsBrowser.CanOpen(uri) ? Navigation.OpenOutside : Navigation.Refuse;
    }
}

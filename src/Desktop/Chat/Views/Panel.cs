namespace Latchkey.Desktop.Chat.Views;

/// <summary>What can lie over the conversation.</summary>
public enum Panel
{
    None,
    Search,
    Settings,
    Usage,
    Shortcuts,
    Rename,
}

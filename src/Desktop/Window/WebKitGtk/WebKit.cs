using System.Runtime.InteropServices;

namespace Latchkey.Desktop.Window.WebKitGtk;

/// <summary>What is used of WebKitGTK, API 4.1. Names are the library's own.</summary>
internal static partial class WebKit
{
    public const string Library = "libwebkit2gtk-4.1.so.0";

    public const int NoProxy = 1;
    public const int NeverAccelerate = 2;

    // WebKitPolicyDecisionType
    public const int NavigationAction = 0;
    public const int NewWindowAction = 1;

    [LibraryImport(Library, EntryPoint = "webkit_web_context_new_ephemeral")]
    public static partial nint NewEphemeralContext();

    [LibraryImport(Library, EntryPoint = "webkit_web_context_get_website_data_manager")]
    public static partial nint DataManager(nint context);

    [LibraryImport(Library, EntryPoint = "webkit_website_data_manager_set_network_proxy_settings")]
    public static partial void SetProxy(nint dataManager, int mode, nint settings);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_new_with_context")]
    public static partial nint NewView(nint context);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_get_settings")]
    public static partial nint Settings(nint view);

    [LibraryImport(Library, EntryPoint = "webkit_settings_set_enable_developer_extras")]
    public static partial void SetDeveloperTools(nint settings, int enabled);

    [LibraryImport(Library, EntryPoint = "webkit_settings_set_hardware_acceleration_policy")]
    public static partial void SetAcceleration(nint settings, int policy);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_load_uri", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void Load(nint view, string address);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_get_zoom_level")]
    public static partial double Zoom(nint view);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_set_zoom_level")]
    public static partial void SetZoom(nint view, double factor);

    [LibraryImport(Library, EntryPoint = "webkit_policy_decision_ignore")]
    public static partial void Ignore(nint decision);

    [LibraryImport(Library, EntryPoint = "webkit_policy_decision_download")]
    public static partial void Download(nint decision);

    [LibraryImport(Library, EntryPoint = "webkit_navigation_policy_decision_get_navigation_action")]
    public static partial nint Action(nint decision);

    [LibraryImport(Library, EntryPoint = "webkit_navigation_action_is_user_gesture")]
    public static partial int IsUserGesture(nint action);

    [LibraryImport(Library, EntryPoint = "webkit_navigation_action_get_request")]
    public static partial nint ActionRequest(nint action);

    [LibraryImport(Library, EntryPoint = "webkit_response_policy_decision_is_mime_type_supported")]
    public static partial int CanShow(nint responseDecision);

    [LibraryImport(Library, EntryPoint = "webkit_download_get_request")]
    public static partial nint DownloadRequest(nint download);

    [LibraryImport(Library, EntryPoint = "webkit_download_cancel")]
    public static partial void CancelDownload(nint download);

    /// <summary>The address of a request of any kind; null where there is none.</summary>
    public static string? AddressOf(nint request) => request == 0 ? null : Marshal.PtrToStringUTF8(RequestAddress(request));

    /// <summary>The page's address; null before the first.</summary>
    public static string? AddressOfPage(nint view) => Marshal.PtrToStringUTF8(PageAddress(view));

    /// <summary>The page's title; null until there is one.</summary>
    public static string? TitleOf(nint view) => Marshal.PtrToStringUTF8(Title(view));

    [LibraryImport(Library, EntryPoint = "webkit_uri_request_get_uri")]
    private static partial nint RequestAddress(nint request);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_get_uri")]
    private static partial nint PageAddress(nint view);

    [LibraryImport(Library, EntryPoint = "webkit_web_view_get_title")]
    private static partial nint Title(nint view);
}

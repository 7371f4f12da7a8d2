using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Latchkey.Client.Secrets;

/// <summary>The few Core Foundation objects that the Keychain takes and gives. What a method returns is the caller's to release.</summary>
[SupportedOSPlatform("macos")]
internal static partial class CoreFoundation
{
    private const string Library = "/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation";

    private static readonly nint Loaded = NativeLibrary.Load(Library);

    /// <summary>A constant that a framework exports: a pointer to an object, which isn't released.</summary>
    public static nint Constant(nint framework, string name) => Marshal.ReadIntPtr(NativeLibrary.GetExport(framework, name));

    public static nint True => Constant(Loaded, "kCFBooleanTrue");

    /// <summary>A dictionary that keeps what is put into it.</summary>
    public static nint NewDictionary() => CFDictionaryCreateMutable(
        allocator: 0,
        capacity: 0,
        NativeLibrary.GetExport(Loaded, "kCFTypeDictionaryKeyCallBacks"),
        NativeLibrary.GetExport(Loaded, "kCFTypeDictionaryValueCallBacks"));

    public static void Set(nint dictionary, nint key, nint value) => CFDictionarySetValue(dictionary, key, value);

    public static void Set(nint dictionary, nint key, string value)
    {
        var text = CFStringCreateWithCharacters(0, value, value.Length);
        CFDictionarySetValue(dictionary, key, text);
        Release(text);
    }

    public static void Set(nint dictionary, nint key, byte[] value)
    {
        var data = CFDataCreate(0, value, value.Length);
        CFDictionarySetValue(dictionary, key, data);
        Release(data);
    }

    public static byte[] Bytes(nint data)
    {
        var bytes = new byte[CFDataGetLength(data)];
        Marshal.Copy(CFDataGetBytePtr(data), bytes, 0, bytes.Length);
        return bytes;
    }

    public static void Release(nint value)
    {
        if (value != 0)
        {
            CFRelease(value);
        }
    }

    [LibraryImport(Library)]
    private static partial nint CFDictionaryCreateMutable(nint allocator, nint capacity, nint keyCallBacks, nint valueCallBacks);

    [LibraryImport(Library)]
    private static partial void CFDictionarySetValue(nint dictionary, nint key, nint value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CFStringCreateWithCharacters(nint allocator, string characters, nint length);

    [LibraryImport(Library)]
    private static partial nint CFDataCreate(nint allocator, byte[] bytes, nint length);

    [LibraryImport(Library)]
    private static partial nint CFDataGetLength(nint data);

    [LibraryImport(Library)]
    private static partial nint CFDataGetBytePtr(nint data);

    [LibraryImport(Library)]
    private static partial void CFRelease(nint value);
}

using System.Runtime.CompilerServices;

namespace Latchkey.Desktop.Tests.Support;

/// <summary>What the app's own Main does before anything else, with the patience of a machine that is shared.</summary>
internal static class AssemblyStart
{
#pragma warning disable CA2255 // This is the program's beginning.
    [ModuleInitializer]
    internal static void Start() => AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromSeconds(10));
#pragma warning restore CA2255
}

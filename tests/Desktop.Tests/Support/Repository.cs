namespace Latchkey.Desktop.Tests.Support;

/// <summary>Where the working copy lies that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Latchkey.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Latchkey.slnx above {AppContext.BaseDirectory}: these tests run inside the working copy.");
    }
}

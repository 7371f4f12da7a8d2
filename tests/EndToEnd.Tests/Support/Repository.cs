namespace Latchkey.EndToEnd.Tests.Support;

/// <summary>Where things lie in the working copy that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The npm packages that <c>npm ci</c> has put beside the tests.</summary>
    public static string Clients { get; } = Path.Combine(Root, "tests", "EndToEnd.Tests", "clients");

    /// <summary>A file that operators and users copy.</summary>
    public static string Sample(params string[] path) => Path.Combine([Root, "deploy", .. path]);

    /// <summary>A file of an npm package that the tests need.</summary>
    public static string Client(params string[] path)
    {
        var file = Path.Combine([Clients, "node_modules", .. path]);
        return File.Exists(file)
            ? file
            : throw new InvalidOperationException($"{file} is missing. Install the clients with: npm ci --prefix {Clients}");
    }

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

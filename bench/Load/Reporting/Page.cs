namespace Latchkey.Load.Reporting;

/// <summary>Puts the tables and the picture where people read them.</summary>
internal static class Page
{
    private const string Begin = "<!-- load: from here written by bench/run.sh --report -->\n";
    private const string End = "<!-- load: to here -->\n";

    public static int Write(string resultsPath, string docs)
    {
        var results = RunResults.Load(resultsPath);
        var path = Path.Combine(docs, "performance.md");
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            Console.Error.WriteLine($"{path} has no place for the tables.");
            return 1;
        }

        File.WriteAllText(Path.Combine(docs, "performance.svg"), Picture.Of(results));
        File.WriteAllText(path, $"{text[..(begin + Begin.Length)]}![Ratios to nginx](performance.svg)\n\n{Tables.Of(results)}\n{text[end..]}");
        return 0;
    }
}

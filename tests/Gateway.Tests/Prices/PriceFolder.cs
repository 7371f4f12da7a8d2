using System.Globalization;
using System.Text.Json.Nodes;
using Latchkey.Claude;
using Latchkey.Gateway.Prices;

namespace Latchkey.Gateway.Tests.Prices;

/// <summary>A folder with price files, as an operator would write them.</summary>
public sealed class PriceFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-prices-");

    public string BookPath => Path.Combine(_folder.FullName, "prices.json");

    public string OverridesPath => Path.Combine(_folder.FullName, "overrides.json");

    internal PricesOptions Both => new() { File = BookPath, OverridesFile = OverridesPath };

    /// <summary>The book in the program, with the opus price of an operator's own.</summary>
    public static string Book(string version, long opusInput)
    {
        using var stream = typeof(PriceBook).Assembly.GetManifestResourceStream("prices.json")!;
        var text = new StreamReader(stream).ReadToEnd();
        var book = JsonNode.Parse(text)!.AsObject();
        book["version"] = version;
        var opus = book["models"]!.AsArray().Single(m => (string)m!["id"]! == "claude-opus-5-5")!;
        opus["standard"]!["input"] = opusInput;
        return book.ToJsonString();
    }

    public static string Overrides(string version, long discountBasisPoints = 0, long markUpBasisPoints = 0, string models = "") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"version": "{{version}}", "unit": "nano-dollars", "discount_basis_points": {{discountBasisPoints}}, "mark_up_basis_points": {{markUpBasisPoints}}, "models": [{{models}}]}""");

    /// <summary>An entry whose rates are all the same.</summary>
    public static string Model(string id, string family, long rate) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"id": "{{id}}", "family": "{{family}}", "standard": {
            "input": {{rate}}, "output": {{rate}}, "cache_write_5m": {{rate}}, "cache_write_1h": {{rate}}, "cache_read": {{rate}},
            "source": "contract 12", "as_of": "2026-11-01"
        } }
        """);

    public void WriteBook(string text) => File.WriteAllText(BookPath, text);

    public void WriteOverrides(string text) => File.WriteAllText(OverridesPath, text);

    /// <summary>As careful writers do: a new file, then its name.</summary>
    public void RenameOverrides(string text)
    {
        var next = OverridesPath + ".next";
        File.WriteAllText(next, text);
        File.Move(next, OverridesPath, overwrite: true);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

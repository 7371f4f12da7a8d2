using System.Diagnostics.CodeAnalysis;
using Latchkey.Claude;

namespace Latchkey.Gateway.Prices;

/// <summary>Makes one book of what the files say: all of it, or a problem in one line that names the setting.</summary>
internal static class PriceReading
{
    public static bool TryRead(PriceContents contents, [NotNullWhen(true)] out PriceBook? book, [NotNullWhen(false)] out string? problem)
    {
        if (!TryBase(contents.Book, out book, out problem))
        {
            return false;
        }

        if (contents.Overrides is not { } file)
        {
            return true;
        }

        var plain = book;
        book = null;
        if (file.Bytes is not { } bytes)
        {
            problem = Words(file, file.Problem!);
            return false;
        }

        using var stream = new MemoryStream(bytes);
        if (PriceOverrides.TryRead(stream, out var overrides, out problem) && plain.TryWithOverrides(overrides, out book, out problem))
        {
            return true;
        }

        problem = Words(file, problem!);
        return false;
    }

    private static bool TryBase(PriceFileContent? file, [NotNullWhen(true)] out PriceBook? book, [NotNullWhen(false)] out string? problem)
    {
        (book, problem) = (null, null);
        if (file is null)
        {
            book = PriceBook.Default;
            return true;
        }

        if (file.Bytes is not { } bytes)
        {
            problem = Words(file, file.Problem!);
            return false;
        }

        using var stream = new MemoryStream(bytes);
        if (PriceBook.TryRead(stream, out book, out problem))
        {
            return true;
        }

        problem = Words(file, problem);
        return false;
    }

    private static string Words(PriceFileContent file, string problem) => $"{file.Setting}: {file.Path}: {problem}".ReplaceLineEndings(" ");
}

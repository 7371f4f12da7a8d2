using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Latchkey.Claude;

/// <summary>Reads price files: JSON that doesn't fit is a problem in words, never an exception.</summary>
internal static class PriceFileReader
{
    private const string Unit = "nano-dollars";

    public static bool TryParse<T>(Stream stream, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? file, [NotNullWhen(false)] out string? problem)
        where T : class
    {
        file = null;
        problem = null;
        try
        {
            file = JsonSerializer.Deserialize(stream, type);
            problem = file is null ? "the file says null" : null;
        }
        catch (JsonException e)
        {
            problem = e.Message;
        }
        return file is not null;
    }

    /// <summary>The unit is in the file so that rates in dollars can't be taken for nano-dollars.</summary>
    public static bool TryCheckUnit(string unit, [NotNullWhen(false)] out string? problem)
    {
        problem = unit == Unit ? null : $"unit must be \"{Unit}\": rates are nano-dollars a token";
        return problem is null;
    }

    public static bool TryReadModels(
        JsonElement[] elements, [NotNullWhen(true)] out IReadOnlyList<PriceModel>? models, [NotNullWhen(false)] out string? problem)
    {
        models = null;
        problem = null;
        List<PriceModel> read = [];
        for (var i = 0; i < elements.Length; i++)
        {
            try
            {
                if (elements[i].Deserialize(PriceJson.Default.PriceModel) is not { } model)
                {
                    problem = $"models[{i}] is null";
                    return false;
                }
                read.Add(model);
            }
            catch (JsonException e)
            {
                problem = $"{NameOf(elements[i], i)}: {e.Message}";
                return false;
            }
        }
        models = read;
        return true;
    }

    private static string NameOf(JsonElement model, int index) =>
        model.ValueKind == JsonValueKind.Object && model.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.ToString()
            : $"models[{index}]";
}

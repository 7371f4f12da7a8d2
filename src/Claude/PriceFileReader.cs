using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Latchkey.Claude;

/// <summary>Reads price files: JSON that doesn't fit is a problem in words, never an exception.</summary>
internal static class PriceFileReader
{
    private const string Unit = "nano-dollars";

    public static bool TryRead<T>(Stream stream, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? file, [NotNullWhen(false)] out string? problem)
        where T : class
    {
        file = null;
        try
        {
            using var document = JsonDocument.Parse(stream);

            // First the models one by one, since the serializer doesn't say in which one it failed.
            problem = ModelProblem(document.RootElement);
            if (problem is null)
            {
                file = document.RootElement.Deserialize(type);
                problem = file is null ? "the file says null" : null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second for half a surrogate pair in a string, which is JSON and no text.
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

    private static string? ModelProblem(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("models", out var models) || models.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        var index = 0;
        foreach (var element in models.EnumerateArray())
        {
            try
            {
                if (element.Deserialize(PriceJson.Default.PriceModel) is null)
                {
                    return $"models[{index}] is null";
                }
            }
            catch (JsonException e)
            {
                return $"{NameOf(element, index)}: {e.Message}";
            }
            index++;
        }
        return null;
    }

    private static string NameOf(JsonElement model, int index) =>
        model.ValueKind == JsonValueKind.Object && model.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            ? id.ToString()
            : $"models[{index}]";
}

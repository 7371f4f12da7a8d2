using System.Text.Json.Serialization;

namespace Latchkey.Claude;

/// <summary>
/// <see cref="Usage"/> as JSON to be stored: snake_case, zeros and nulls left out. Fields that a later version adds are read as zero from
/// older text, fields that it no longer knows are passed over.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Usage))]
public sealed partial class UsageJson : JsonSerializerContext;

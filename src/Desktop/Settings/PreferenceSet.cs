namespace Latchkey.Desktop.Settings;

/// <summary>What the person has chosen; replaced whole, never changed.</summary>
public sealed record PreferenceSet
{
    public Theme Theme { get; init; }

    /// <summary>The model of new conversations; null for the best that there is.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>Standing instructions, sent with every question; null for none.</summary>
    public string? SystemPrompt { get; init; }
}

public enum Theme
{
    /// <summary>As the system has it at the moment.</summary>
    System,
    Light,
    Dark,
}

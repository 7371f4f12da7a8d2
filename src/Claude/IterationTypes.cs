namespace Latchkey.Claude;

/// <summary>The types of <see cref="UsageIteration"/> that the bill depends on; the API has more and may add new ones.</summary>
public static class IterationTypes
{
    /// <summary>The model that was asked for, answering.</summary>
    public const string Message = "message";

    /// <summary>Another model that took over.</summary>
    public const string Fallback = "fallback_message";
}

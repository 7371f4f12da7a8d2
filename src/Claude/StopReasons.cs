namespace Latchkey.Claude;

/// <summary>The stop reasons that the meter or a caller decides on; the API has more and adds new ones.</summary>
public static class StopReasons
{
    /// <summary>The model declined; without output the call is not billed.</summary>
    public const string Refusal = "refusal";
}

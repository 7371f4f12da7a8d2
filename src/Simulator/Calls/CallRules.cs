namespace Latchkey.Simulator.Calls;

/// <summary>What holds for a group of calls before their endpoint is asked.</summary>
/// <param name="MaxBodyBytes">A larger body is a 413.</param>
/// <param name="JsonBody">The body must be a JSON object.</param>
/// <param name="Open">Needs neither key nor version.</param>
/// <param name="Admin">Needs an admin key, which is good for nothing else.</param>
internal sealed record CallRules(long MaxBodyBytes, bool JsonBody = false, bool Open = false, bool Admin = false)
{
    private const long Megabyte = 1024 * 1024;

    public static readonly CallRules Messages = new(32 * Megabyte, JsonBody: true);
    public static readonly CallRules Batches = new(256 * Megabyte, JsonBody: true);
    public static readonly CallRules Files = new(500 * Megabyte);
    public static readonly CallRules Everything = new(32 * Megabyte);
    public static readonly CallRules Organization = new(32 * Megabyte, Admin: true);
    public static readonly CallRules Hello = new(0, Open: true);
}

using Microsoft.Extensions.Options;

namespace Latchkey.Simulator.Calls;

/// <summary>Which key a call came with, and whether it may pass.</summary>
internal sealed class Credentials(IOptions<SimulatorOptions> options)
{
    private const string Bearer = "Bearer ";
    private const string AdminKeys = "sk-ant-admin";

    private readonly string[] _accepted = options.Value.ApiKeys.Split(
        ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The key; <c>x-api-key</c> comes before <c>Authorization</c>. Empty without one, or with several in one header.</summary>
    public static string KeyOf(HttpRequest request)
    {
        var keys = request.Headers["x-api-key"];
        if (keys.Count > 0)
        {
            return keys.Count == 1 ? keys[0] ?? "" : "";
        }

        var authorization = request.Headers.Authorization;
        return authorization.Count == 1 && authorization[0] is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..].Trim()
            : "";
    }

    /// <summary>The keys that were configured; empty when any is accepted.</summary>
    public IReadOnlyList<string> Configured => _accepted;

    public bool Accept(string key) => IsOne(key) && !IsAdmin(key) && (_accepted.Length == 0 || Array.IndexOf(_accepted, key) >= 0);

    /// <summary>An admin key in <c>x-api-key</c>: the organisation's reports take it there only.</summary>
    public static bool AcceptAdmin(HttpRequest request, string key) => request.Headers.ContainsKey("x-api-key") && IsOne(key) && IsAdmin(key);

    private static bool IsAdmin(string key) => key.StartsWith(AdminKeys, StringComparison.Ordinal);

    /// <summary>No key holds a comma or a space: one that does is several, joined on the way.</summary>
    private static bool IsOne(string key) => key.Length > 0 && key.AsSpan().IndexOfAny(", ") < 0;
}

using System.Diagnostics.CodeAnalysis;
using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.Admin.Reconcile;

/// <summary>The organisation's admin key, if there is one. It never prints itself.</summary>
internal sealed class AdminKey
{
    public const string Variable = "ANTHROPIC_ADMIN_KEY";

    private readonly string? _value;

    private AdminKey(string? value) => _value = value;

    /// <exception cref="SettingException">It can't stand in a header. The message never shows it.</exception>
    public static AdminKey Parse(string? setting)
    {
        var value = setting?.Trim();
        return string.IsNullOrEmpty(value) ? new AdminKey(null)
            : value.Any(c => c is <= ' ' or > '~') ? throw new SettingException($"{Variable} contains a blank or a character that no key has.")
            : new AdminKey(value);
    }

    public bool TryReveal([NotNullWhen(true)] out string? value)
    {
        value = _value;
        return value is not null;
    }

    public override string ToString() => "AdminKey(hidden)";
}

using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Configuration;

/// <summary>Recognises, among exceptions at start, those that an operator can mend by a setting.</summary>
internal static class SettingProblem
{
    private const string BindingFailure = "Failed to convert configuration value";

    /// <summary>One line that names the setting, or null when the exception is about something else.</summary>
    public static string? Of(Exception exception) => exception switch
    {
        SettingException setting => setting.Message,
        OptionsValidationException options => string.Join(" ", options.Failures.Select(f => OfValidation(options.OptionsType, f))),
        InvalidOperationException binding when binding.Message.StartsWith(BindingFailure, StringComparison.Ordinal) => OfBinding(binding.Message),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } inUse => $"PORT: {inUse.Message}",
        _ => null,
    };

    // "LifetimeHours: The field TokenOptions.LifetimeHours must be between 0.001 and 720."
    private static string OfValidation(Type options, string failure)
    {
        var colon = failure.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || options.GetField("Section")?.GetValue(null) is not string section)
        {
            return failure;
        }

        var member = failure[..colon];
        var name = ContractVariables.NameOf($"{section}:{member}");
        return name + failure[colon..].Replace($"The field {options.Name}.{member}", "the value", StringComparison.Ordinal);
    }

    // "Failed to convert configuration value 'x' at 'Latchkey:Listener:Port' to type 'System.Int32'."
    private static string OfBinding(string message)
    {
        var parts = message.Split('\'');
        return parts.Length > 5
            ? $"{ContractVariables.NameOf(parts[3])}: '{parts[1]}' isn't a {parts[5].Split('.')[^1]}."
            : message;
    }
}

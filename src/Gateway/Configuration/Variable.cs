namespace Latchkey.Gateway.Configuration;

/// <summary>One of the contract's environment variables and the configuration key that it stands for.</summary>
/// <param name="Name">Name in the environment and in <c>.env</c>.</param>
/// <param name="Key">The same setting in <c>appsettings.json</c>; <c>:</c> is <c>__</c> in an environment variable.</param>
/// <param name="Default">What holds without it, for people.</param>
/// <param name="Meaning">One line for the operator's guide.</param>
/// <param name="Secret">Its value is never shown.</param>
internal sealed record Variable(string Name, string Key, string Default, string Meaning, bool Secret = false)
{
    /// <summary>Turns the variable's text into the key's; throws <see cref="SettingException"/> when the text makes no sense.</summary>
    public Func<string, string> Translate { get; init; } = text => text;
}

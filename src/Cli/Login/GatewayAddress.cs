using Latchkey.Cli.Output;

namespace Latchkey.Cli.Login;

/// <summary>A gateway's address as a person types it.</summary>
internal static class GatewayAddress
{
    private const string Bootstrap = "bootstrap";

    /// <summary>
    /// The address of its <c>/bootstrap</c>: <c>claude.example.com</c>, <c>https://claude.example.com/</c> and the whole address all mean the same.
    /// Without a scheme it is https, on this machine http.
    /// </summary>
    /// <exception cref="CommandException">It isn't an address.</exception>
    public static Uri Parse(string text)
    {
        var trimmed = text.Trim();
        var withScheme = trimmed.Contains("://", StringComparison.Ordinal) ? trimmed
            : Uri.TryCreate($"http://{trimmed}", UriKind.Absolute, out var bare) && bare.IsLoopback ? $"http://{trimmed}"
            : $"https://{trimmed}";
        if (!Uri.TryCreate(withScheme, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https") || address.Host.Length == 0
            || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new CommandException(ExitCode.Usage, $"'{text}' isn't the address of a gateway, such as https://claude.example.com.");
        }

        var path = address.AbsolutePath.TrimEnd('/');
        return path.EndsWith($"/{Bootstrap}", StringComparison.Ordinal) ? new Uri(address, path) : new Uri(address, $"{path}/{Bootstrap}");
    }
}

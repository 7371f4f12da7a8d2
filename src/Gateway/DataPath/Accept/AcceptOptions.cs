using System.ComponentModel.DataAnnotations;
using Latchkey.Gateway.Configuration;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Accept;

internal sealed class AcceptOptions
{
    public const string Section = "Latchkey:Accept";

    /// <summary>Largest request body in bytes; 2 MiB by default, at most Anthropic's 32 MiB. Claude Code with images needs the maximum.</summary>
    [Range(1024, 33_554_432)]
    public int MaxPayloadSize { get; set; } = 2_097_152;

    /// <summary>
    /// Further calls of Anthropic's API to let pass, comma-separated, each a method and a path: <c>GET /v1/skills, GET /v1/skills/{id}</c>.
    /// None by default. They share the upstream's workspace: whatever they list, every device can read.
    /// </summary>
    public string ExtraRoutes { get; set; } = "";

    /// <summary>The routes of <see cref="ExtraRoutes"/>.</summary>
    /// <exception cref="SettingException">An entry isn't a method and a path below <c>/v1/</c>.</exception>
    public IEnumerable<ApiRoute> ParseExtraRoutes()
    {
        foreach (var entry in ExtraRoutes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = entry.Split(' ', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (parts is not [("GET" or "POST" or "DELETE") and var method, var path]
                || !path.StartsWith("/v1/", StringComparison.Ordinal)
                || !CanonicalTarget.IsCanonical(path.Replace("{id}", "id", StringComparison.Ordinal), out _))
            {
                throw new SettingException(
                    $"{Section}:ExtraRoutes: '{entry}' is not a method (GET, POST, DELETE) and a path below /v1/, such as 'GET /v1/skills/{{id}}'.");
            }

            yield return new ApiRoute("other", method, path, RouteKind.Other);
        }
    }
}

[OptionsValidator]
internal sealed partial class AcceptOptionsValidator : IValidateOptions<AcceptOptions>;

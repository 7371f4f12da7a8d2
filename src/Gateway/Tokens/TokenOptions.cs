using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Tokens;

internal sealed class TokenOptions
{
    public const string Section = "Latchkey:Tokens";

    /// <summary>HS256 signing secret, 32 bytes or more. Required in production; generated and kept in the data folder in development.</summary>
    public string? Secret { get; set; }

    /// <summary>Lifetime of a wrapper token in hours, 0.001 to 720, rounded to seconds; 24 by default, 0.25 is a quarter of an hour.</summary>
    [Range(0.001, 720.0)]
    public double LifetimeHours { get; set; } = 24;

    /// <summary>Public address that clients are given; <c>http://localhost:PORT</c> by default.</summary>
    [Url]
    public string? ProxyBaseUrl { get; set; }

    /// <summary>
    /// Lets anybody who can reach the gateway get a token, on any listener. False by default: without it the gateway
    /// refuses to start on an address that other machines reach.
    /// </summary>
    public bool AllowOpenOnNetwork { get; set; }

    /// <summary>Tokens that one address may get in a minute, from <c>/bootstrap</c> and <c>/refresh</c> together; 10 by default.</summary>
    [Range(1, 100_000)]
    public int PerAddressPerMinute { get; set; } = 10;

    /// <summary>Tokens that all addresses together may get from <c>/bootstrap</c> in a minute; 600 by default.</summary>
    [Range(1, 1_000_000)]
    public int BootstrapsPerMinute { get; set; } = 600;

    /// <summary>
    /// Devices that are kept in the inventory, 100 to 10 million, 100 000 by default. Beyond, those are forgotten that were unseen for longest and
    /// that no operator has ever stopped.
    /// </summary>
    [Range(100, 10_000_000)]
    public int MaxDevices { get; set; } = 100_000;
}

[OptionsValidator]
internal sealed partial class TokenOptionsValidator : IValidateOptions<TokenOptions>;

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Listener;

internal sealed class ListenerOptions
{
    public const string Section = "Latchkey:Listener";

    /// <summary>Port to listen on; 3001 by default, 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 3001;

    /// <summary>Address to listen on: an IP address or <c>localhost</c>; 127.0.0.1 in development, 0.0.0.0 in production.</summary>
    public string? Host { get; set; }

    /// <summary>Origins that browsers may call from, comma-separated; none by default.</summary>
    public string CorsOrigins { get; set; } = "";

    /// <summary>
    /// Proxies whose X-Forwarded-For is believed, comma-separated addresses or networks such as <c>10.0.0.0/8</c>; none by
    /// default: the address of a client is then that of the connection.
    /// </summary>
    public string TrustedProxies { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class ListenerOptionsValidator : IValidateOptions<ListenerOptions>;

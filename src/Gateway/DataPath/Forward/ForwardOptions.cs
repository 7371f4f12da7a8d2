using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.DataPath.Forward;

internal sealed class ForwardOptions
{
    public const string Section = "Latchkey:Upstream";

    /// <summary>Master key, or several, comma-separated, that make a pool. Required outside the demo.</summary>
    public string ApiKeys { get; set; } = "";

    /// <summary>Origin of the upstream, https unless it is on this machine; <c>https://api.anthropic.com</c> by default.</summary>
    [Required]
    public string BaseUrl { get; set; } = "https://api.anthropic.com";

    /// <summary>Longest wait for a connection with its TLS handshake; 5 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for the head of a streamed answer; 3 min by default: long prompts take their time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan StreamHeaderTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Longest wait for the head of any other answer, which comes when all of it is ready; 10 min by default, as the SDKs wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Longest silence within an answer, pings count as noise; 2 min by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest wait for a count of a message's tokens before it is let in on an estimate; 2 s by default.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan TokenCountTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection is used before a new one asks the DNS again; 5 min by default.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class ForwardOptionsValidator : IValidateOptions<ForwardOptions>;

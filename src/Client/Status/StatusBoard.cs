using Latchkey.Client.Tokens;
using Microsoft.Extensions.Logging;

namespace Latchkey.Client.Status;

/// <summary>Says how things stand, in words for the person, and tells whoever listens, one change at a time.</summary>
internal sealed class StatusBoard
{
    private readonly LatchkeyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<LatchkeyStatus> _tell;
    private readonly Lock _telling = new();
    private LatchkeyStatus _now;

    /// <param name="options">Names the gateway.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Told of each change.</param>
    /// <param name="tell">Raises the event; what a listener throws is logged.</param>
    public StatusBoard(LatchkeyOptions options, TimeProvider time, ILogger log, Action<LatchkeyStatus> tell)
    {
        (_options, _time, _log, _tell) = (options, time, log, tell);
        _now = new LatchkeyStatus
        {
            State = options.Enabled ? LatchkeyState.Bootstrapping : LatchkeyState.Disabled,
            Message = options.Enabled ? $"Connecting to {Gateway}" : "No gateway is configured.",
            Since = time.GetUtcNow(),
        };
    }

    public LatchkeyStatus Now => Volatile.Read(ref _now);

    private string Gateway => _options.BootstrapUrl!.Authority;

    public void Ready(HeldToken token) => Become(LatchkeyState.Ready, "Proxy is healthy and ready", token: token);

    /// <summary>A token is being asked for: the first, or the one after this.</summary>
    public void Asking(HeldToken? token)
    {
        if (token is null)
        {
            Become(LatchkeyState.Bootstrapping, $"Getting a token from {Gateway}");
        }
        else
        {
            Become(LatchkeyState.Refreshing, "Renewing the token", token: token);
        }
    }

    public void Refused(string message) => Become(
        LatchkeyState.Degraded, $"{Gateway} gives this device no token: {message.TrimEnd('.')}.", "Ask your administrator.", isRefusal: true);

    /// <summary>The gateway can't be reached, and there is no other way.</summary>
    public void Away(string reason, HeldToken? token) => Become(
        LatchkeyState.Degraded, $"{Gateway} can't be reached: {reason}.", "Check this machine's network; the gateway is tried again by itself.", token);

    /// <summary>The gateway can't be reached, and the person's own key is the other way.</summary>
    public void Direct(string reason) => Become(
        LatchkeyState.Direct,
        $"{Gateway} can't be reached: {reason}. Calls go to Anthropic with your own key.",
        "The gateway is used again as soon as it is back.",
        baseUrl: _options.DirectBaseUrl);

    public void Disabled(bool hasOwnKey)
    {
        if (hasOwnKey)
        {
            Become(LatchkeyState.Disabled, "No gateway is configured; calls go to Anthropic with your own key.", baseUrl: _options.DirectBaseUrl);
        }
        else
        {
            Become(
                LatchkeyState.Disabled,
                "No gateway is configured, and there is no key of your own.",
                "Run 'latchkey login https://your-gateway', or set ENABLE_PROXY and PROXY_BOOTSTRAP_URL.");
        }
    }

    private void Become(LatchkeyState state, string message, string? advice = null, HeldToken? token = null, Uri? baseUrl = null, bool isRefusal = false)
    {
        lock (_telling)
        {
            var next = new LatchkeyStatus
            {
                State = state,
                Message = message,
                Advice = advice,
                Since = _now.State == state ? _now.Since : _time.GetUtcNow(),
                ExpiresAt = token?.ExpiresAt,
                BaseUrl = baseUrl ?? token?.BaseUrl,
                IsRefusal = isRefusal,
            };
            if (next == _now)
            {
                return;
            }

            Volatile.Write(ref _now, next);
            _log.BecameState(state, message);
            try
            {
                _tell(next);
            }
            catch (Exception e)
            {
                _log.ListenerFailed(e);
            }
        }
    }
}

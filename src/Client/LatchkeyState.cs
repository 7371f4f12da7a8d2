namespace Latchkey.Client;

/// <summary>How this machine gets to Claude at the moment.</summary>
public enum LatchkeyState
{
    /// <summary>The gateway isn't configured (<c>ENABLE_PROXY</c>): calls go to Anthropic with the person's own key, if there is one.</summary>
    Disabled,

    /// <summary>The first token is being asked for.</summary>
    Bootstrapping,

    /// <summary>The gateway is healthy and a token is there.</summary>
    Ready,

    /// <summary>A token is there and the next one is being asked for; calls go on with the one at hand.</summary>
    Refreshing,

    /// <summary>The gateway can't be reached, or refuses this device, and there is no other way; it is tried again by itself.</summary>
    Degraded,

    /// <summary>The gateway can't be reached; calls go to Anthropic with the person's own key until it is back.</summary>
    Direct,
}

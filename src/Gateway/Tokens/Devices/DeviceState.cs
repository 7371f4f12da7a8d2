namespace Latchkey.Gateway.Tokens.Devices;

/// <summary>Whether a device is let in.</summary>
internal enum DeviceState
{
    /// <summary>It gets tokens, and they are good.</summary>
    Active,

    /// <summary>Stopped for now, on a suspicion: its tokens are good again once it is activated.</summary>
    Quarantined,

    /// <summary>Stopped for good: should it be activated again, it needs new tokens.</summary>
    Revoked,
}

namespace Latchkey.Gateway.DataPath.Authorize;

/// <summary>Whether limits are shared as configured, or each gateway counts alone.</summary>
/// <param name="Shared">False while this gateway's own counters decide alone although a shared store is configured.</param>
/// <param name="Warning">What an operator should know, or null when all is well. Names no secret.</param>
/// <param name="Since">When this state began.</param>
internal sealed record CounterHealth(bool Shared, string? Warning, DateTimeOffset Since)
{
    public bool IsOk => Warning is null;
}

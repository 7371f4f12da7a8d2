namespace Latchkey.Client.Secrets;

/// <summary>Chooses where secrets are kept.</summary>
internal static class SecretStores
{
    /// <param name="choice">The person's wish.</param>
    /// <param name="folder">The folder of this person's settings; files go to <c>secrets</c> in it.</param>
    /// <param name="environment">The environment, where it isn't this process's.</param>
    /// <param name="time">The clock, where it isn't the system's.</param>
    /// <exception cref="SecretStoreException">The system's own store is asked for, and there is none.</exception>
    public static ISecretStore Open(
        SecretStoreChoice choice, string folder, Func<string, string?>? environment = null, TimeProvider? time = null)
    {
        // A folder of its own: its permissions are taken away from everybody else, which a folder that somebody chose may not survive.
        var own = Path.Combine(folder, "secrets");
        return choice switch
        {
            SecretStoreChoice.File => new FileSecretStore(own, time),
            SecretStoreChoice.System => OpenSystem(own, environment, time) ?? throw new SecretStoreException(
                "This session has no bus to reach a keyring by (DBUS_SESSION_BUS_ADDRESS). Set LATCHKEY_STORE=file to do without."),
            _ => new FallbackSecretStore(OpenSystem(own, environment, time), new FileSecretStore(own, time)),
        };
    }

    /// <returns>Null where there is none.</returns>
    private static ISecretStore? OpenSystem(string own, Func<string, string?>? environment, TimeProvider? time)
    {
        if (OperatingSystem.IsWindows())
        {
            return new DpapiSecretStore(own, time);
        }

        if (OperatingSystem.IsMacOS())
        {
            return new KeychainSecretStore();
        }

        var bus = SessionBus.Find(environment ?? Environment.GetEnvironmentVariable);
        return bus is null ? null : new SecretServiceStore(bus, time: time);
    }
}

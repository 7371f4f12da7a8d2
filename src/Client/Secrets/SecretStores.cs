namespace Latchkey.Client.Secrets;
internal static class SecretStores { public static ISecretStore Open(SecretStoreChoice choice, string folder) => throw new NotImplementedException(); }

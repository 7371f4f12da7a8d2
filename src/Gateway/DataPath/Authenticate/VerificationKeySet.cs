namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>An immutable set of keys. A change is a new set with a higher version, which empties the verifier's cache.</summary>
internal sealed record VerificationKeySet(int Version, IReadOnlyList<VerificationKey> Keys)
{
    /// <summary>The key that a token names; null when it isn't ours: no other key is tried.</summary>
    public VerificationKey? Find(string id)
    {
        foreach (var key in Keys)
        {
            if (string.Equals(key.Id, id, StringComparison.Ordinal))
            {
                return key;
            }
        }

        return null;
    }
}

namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>The keys that wrapper tokens are checked with. The room Tokens implements it.</summary>
internal interface IVerificationKeys
{
    /// <summary>The keys in force, or null while they can't be had: tokens are then answered with 503, not 401, or clients would throw good ones away.</summary>
    VerificationKeySet? Current { get; }
}

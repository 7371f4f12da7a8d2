namespace Latchkey.Gateway.DataPath.Authenticate;

/// <summary>Which callers are let in no more, though their tokens are good by themselves. The room Tokens implements it.</summary>
internal interface IRevocations
{
    /// <summary>Whether the token was taken back. Asked on every call: answers from memory.</summary>
    bool Revokes(Caller caller);
}

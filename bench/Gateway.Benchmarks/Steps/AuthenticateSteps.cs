using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Latchkey.Gateway.DataPath.Authenticate;

namespace Latchkey.Gateway.Benchmarks.Steps;

internal static class AuthenticateSteps
{
    public static IEnumerable<Step> All()
    {
        yield return Identify("authenticate: a token that is known", TimeSpan.Zero);
        yield return Identify("authenticate: a token to be verified", WrapperTokenVerifier.CacheFor);
    }

    /// <param name="name">Of the step.</param>
    /// <param name="pause">Between two calls: after <see cref="WrapperTokenVerifier.CacheFor"/> a token is looked at again.</param>
    private static Step Identify(string name, TimeSpan pause)
    {
        var clock = new StillClock();
        var key = new VerificationKey("0123456789abcdef", "a-secret-of-more-than-thirty-two-bytes!"u8.ToArray());
        var nothing = new NothingRevoked();
        var authenticate = new AuthenticateStage(new WrapperTokenVerifier(new OneKey(key), clock), nothing, new RunningExchanges(nothing));
        var http = Call.Http(Token(key, clock));
        return new Step(name, () =>
        {
            clock.Advance(pause);
            return authenticate.Identify(http).Caller ?? throw new InvalidOperationException("The token wasn't taken.");
        });
    }

    private static string Token(VerificationKey key, TimeProvider time)
    {
        var text = Base64Url.EncodeToString(WrapperTokenJson.WriteHeader(key.Id)) + "."
            + Base64Url.EncodeToString(WrapperTokenJson.WritePayload(Call.Caller(time), time.GetUtcNow()));
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.Sign(Encoding.ASCII.GetBytes(text), signature);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private sealed class OneKey(VerificationKey key) : IVerificationKeys
    {
        public VerificationKeySet? Current { get; } = new(1, [key]);
    }

    private sealed class NothingRevoked : IRevocations
    {
        public bool Revokes(Caller caller) => false;
    }
}

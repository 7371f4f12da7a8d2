using System.Net;
using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.Tokens;

/// <summary>Whoever reaches <c>/bootstrap</c> gets a token: fine on one's own machine, a decision anywhere else.</summary>
internal static class OpenEnrollment
{
    /// <exception cref="SettingException">Other machines reach the listener and nobody has said that this is meant.</exception>
    public static void Check(TokenOptions options, IPAddress listener)
    {
        if (!IPAddress.IsLoopback(listener) && !options.AllowOpenOnNetwork)
        {
            throw new SettingException(
                $"HOST is {listener}, which other machines reach, and enrolment is open: anybody there would get a wrapper token. "
                + "Listen on 127.0.0.1 behind a proxy that decides who gets in, or say that it is meant with "
                + "Latchkey__Tokens__AllowOpenOnNetwork=true.");
        }
    }
}

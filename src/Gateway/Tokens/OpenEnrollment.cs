using System.Net;
using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.Tokens;

/// <summary>Whoever reaches <c>/bootstrap</c> gets a token: fine on one's own machine, a decision anywhere else.</summary>
internal static class OpenEnrollment
{
    public const string Warning = "Enrolment is open: whoever reaches this gateway gets a wrapper token (Latchkey:Tokens:AllowOpenOnNetwork).";

    /// <summary>Whether it is open to other machines, on purpose.</summary>
    /// <exception cref="SettingException">Other machines reach the listener and nobody has said that this is meant.</exception>
    public static bool Check(TokenOptions options, IPAddress listener)
    {
        if (IPAddress.IsLoopback(listener))
        {
            return false;
        }

        if (!options.AllowOpenOnNetwork)
        {
            throw new SettingException(
                $"HOST is {listener}, which other machines reach, and enrolment is open: anybody there would get a wrapper token. "
                + "Listen on 127.0.0.1 behind a proxy that decides who gets in, or say that it is meant with "
                + "Latchkey__Tokens__AllowOpenOnNetwork=true.");
        }

        return true;
    }
}

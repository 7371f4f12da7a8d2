using System.Net;
using System.Net.Sockets;

namespace Latchkey.Cli.Doctor;

/// <summary>Does the gateway's name lead to an address?</summary>
internal sealed class NameCheck : IDoctorCheck
{
    public string Name => "DNS";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.IsCutOff || patient.Gateway is not { } gateway)
        {
            return new Finding.Skipped("no gateway");
        }

        if (patient.Proxy is not null)
        {
            return new Finding.Skipped("the proxy looks names up");
        }

        if (gateway.HostNameType is not UriHostNameType.Dns)
        {
            return new Finding.Skipped($"{gateway.Host} is an address");
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(gateway.IdnHost, cancellationToken).ConfigureAwait(false);
            return new Finding.Fine($"{gateway.Host} is {string.Join(", ", addresses.Take(4).Select(a => a.ToString()))}");
        }
        catch (SocketException e)
        {
            patient.IsCutOff = true;
            return new Finding.Broken(
                $"{gateway.Host} isn't known here: {e.Message}", "Check the address, this machine's network, and whether a VPN is needed.");
        }
    }
}

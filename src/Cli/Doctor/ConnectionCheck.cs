using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Latchkey.Cli.Output;

namespace Latchkey.Cli.Doctor;

/// <summary>Can the gateway be connected to, and is its certificate trusted here and good for a while?</summary>
internal sealed class ConnectionCheck : IDoctorCheck
{
    private const int FewDays = 14;

    private static readonly string[] RootVariables = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "Connection";

    public async Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken)
    {
        if (patient.IsCutOff || patient.Gateway is not { } gateway)
        {
            return new Finding.Skipped("no way there");
        }

        if (patient.Proxy is not null)
        {
            return new Finding.Skipped("the proxy connects; see Health");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var started = patient.Time.GetTimestamp();
            using var connection = new TcpClient();
            await connection.ConnectAsync(gateway.IdnHost, gateway.Port, patience.Token).ConfigureAwait(false);
            var took = $"{patient.Time.GetElapsedTime(started).TotalMilliseconds:0} ms";
            return gateway.Scheme == "https"
                ? await HandshakeAsync(connection, gateway.IdnHost, took, patient, patience.Token).ConfigureAwait(false)
                : new Finding.Fine($"TCP in {took}, no TLS");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CutOff(
                patient,
                $"{gateway.Authority} doesn't answer within {Patience.TotalSeconds:0} s",
                "Check this machine's network and firewall, and whether a VPN is needed.");
        }
        catch (SocketException e)
        {
            return CutOff(patient, $"{gateway.Authority}: {e.Message}", "Is the gateway running, and is this its port?");
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return CutOff(patient, $"{gateway.Authority} makes no TLS connection: {e.Message}", "Does it speak https on this port?");
        }
    }

    private static async Task<Finding> HandshakeAsync(
        TcpClient connection, string host, string took, Patient patient, CancellationToken cancellationToken)
    {
        X509Certificate2? certificate = null;
        var errors = SslPolicyErrors.None;
        var reasons = "";
        using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = host,
                // Looked at here, and nothing is sent over it.
                RemoteCertificateValidationCallback = (_, shown, chain, found) =>
                {
                    certificate = shown is null ? null : new X509Certificate2(shown);
                    errors = found;
                    reasons = string.Join(", ", chain?.ChainStatus.Select(s => s.StatusInformation.Trim().TrimEnd('.')).Distinct() ?? []);
                    return true;
                },
            },
            cancellationToken).ConfigureAwait(false);
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return CutOff(patient, $"{host} shows no certificate", "Ask your administrator.");
        }

        using (certificate)
        {
            return Judge(certificate, errors, reasons, host, $"{tls.SslProtocol} in {took}", patient);
        }
    }

    private static Finding Judge(X509Certificate2 certificate, SslPolicyErrors errors, string reasons, string host, string how, Patient patient)
    {
        var issuer = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        var left = certificate.NotAfter.ToUniversalTime() - patient.Time.GetUtcNow().UtcDateTime;
        if (left < TimeSpan.Zero)
        {
            return CutOff(patient, $"The certificate of {host} ended {Instants.Length(-left)} ago", "Ask your administrator to renew it.");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            var name = certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
            return CutOff(patient, $"The certificate is for {name}, not for {host}", "Check the address.");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return CutOff(
                patient,
                $"The certificate of {host}, issued by {issuer}, isn't trusted here: {reasons}",
                "Put your company's root certificate into the system's store (or SSL_CERT_FILE); Claude Code takes NODE_EXTRA_CA_CERTS as well.");
        }

        var text = $"{how}, certificate by {issuer}, good for {(int)left.TotalDays} days{OwnRoots(patient)}";
        return left.TotalDays < FewDays ? new Finding.Doubtful(text, "Tell your administrator that it ends soon.") : new Finding.Fine(text);
    }

    private static string OwnRoots(Patient patient)
    {
        var set = string.Join(", ", RootVariables.Where(name => patient.Environment(name) is { Length: > 0 }));
        return set.Length == 0 ? "" : $" ({set} set)";
    }

    private static Finding.Broken CutOff(Patient patient, string message, string advice)
    {
        patient.IsCutOff = true;
        return new Finding.Broken(message, advice);
    }
}

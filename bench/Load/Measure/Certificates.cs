using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Latchkey.Load.Measure;

/// <summary>An authority of the bench's own, and the upstream's certificate by it, for a day.</summary>
internal static class Certificates
{
    public static (string Authority, string Certificate, string Key) Write(string folder)
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Load bench authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authority.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        using var issuer = authority.CreateSelfSigned(from, until);

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=localhost", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var issued = server.Create(issuer, from, until, RandomNumberGenerator.GetBytes(16));

        var paths = (Authority: Path.Combine(folder, "authority.pem"), Certificate: Path.Combine(folder, "upstream.pem"), Key: Path.Combine(folder, "upstream.key"));
        File.WriteAllText(paths.Authority, issuer.ExportCertificatePem());
        File.WriteAllText(paths.Certificate, issued.ExportCertificatePem());
        File.WriteAllText(paths.Key, serverKey.ExportPkcs8PrivateKeyPem());
        return paths;
    }
}

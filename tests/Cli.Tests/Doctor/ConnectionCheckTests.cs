using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Latchkey.Cli.Connection;
using Latchkey.Cli.Doctor;
using Latchkey.Cli.Setup;
using Latchkey.Client;

namespace Latchkey.Cli.Tests.Doctor;

/// <summary>What the check of the connection says of real TLS servers with certificates of all kinds.</summary>
public sealed class ConnectionCheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("latchkey-doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task a_certificate_that_nobody_here_trusts_is_told_with_what_to_do()
    {
        var found = await LookAtAsync("localhost", days: 90);

        found.Should().BeOfType<Finding.Broken>();
        found.Message.Should().Contain("isn't trusted here").And.Contain("Test CA of nobody");
        found.Advice.Should().Contain("SSL_CERT_FILE").And.Contain("NODE_EXTRA_CA_CERTS");
    }

    [Fact]
    public async Task a_certificate_that_is_over_is_told()
    {
        var found = await LookAtAsync("localhost", days: -3);

        found.Should().BeOfType<Finding.Broken>().Which.Message.Should().Contain("ended 3 d");
    }

    [Fact]
    public async Task a_certificate_of_somebody_else_is_told()
    {
        var found = await LookAtAsync("elsewhere.example", days: 90);

        found.Should().BeOfType<Finding.Broken>().Which.Message.Should().Contain("elsewhere.example").And.Contain("not for localhost");
    }

    [Fact]
    public async Task a_server_without_tls_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerPlainlyAsync(listener);

        var found = await LookAsync((IPEndPoint)listener.LocalEndpoint);

        await answering;
        found.Should().BeOfType<Finding.Broken>().Which.Message.Should().Contain("makes no TLS connection");
    }

    private async Task<Finding> LookAtAsync(string name, int days)
    {
        using var certificate = Certificate(name, days);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate);

        var found = await LookAsync((IPEndPoint)listener.LocalEndpoint);

        await serving;
        return found;
    }

    private async Task<Finding> LookAsync(IPEndPoint server)
    {
        var options = new LatchkeyOptions
        {
            Enabled = true,
            BootstrapUrl = new Uri($"https://localhost:{server.Port}/bootstrap"),
            Folder = _folder,
            Store = SecretStoreChoice.File,
        };
        await using var session = Session.Open(options, TimeProvider.System);
        var patient = new Patient(session, new ClaudeCodeFiles(_folder, _folder, _folder), _ => null, TimeProvider.System);
        return await new ConnectionCheck().LookAsync(patient, TestContext.Current.CancellationToken);
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(connection.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
        }
        catch (IOException)
        {
            // The check looks and leaves.
        }
    }

    private static async Task AnswerPlainlyAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        await connection.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());
    }

    private static X509Certificate2 Certificate(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var authority = new CertificateRequest("CN=Test CA of nobody", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = authority.CreateSelfSigned(now.AddDays(-100), now.AddDays(200));
        using var ownKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", ownKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(issuer, now.AddDays(-30), now.AddDays(days), [1, 2, 3, 4]);
        using var withKey = signed.CopyWithPrivateKey(ownKey);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}

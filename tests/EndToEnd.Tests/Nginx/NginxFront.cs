using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.TestKit;

namespace Latchkey.EndToEnd.Tests.Nginx;

/// <summary>A real nginx with TLS in front of a gateway, configured by the sample that operators copy.</summary>
public sealed class NginxFront : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("latchkey-nginx-");
    private readonly X509Certificate2 _certificate = SelfSigned();
    private TestGateway? _gateway;
    private ChildProcess? _nginx;
    private HttpClient? _http;

    public TestGateway Gateway => _gateway!;

    /// <summary>Talks to nginx; trusts its certificate and no other.</summary>
    public HttpClient Http => _http!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync([("Latchkey:Accept:MaxPayloadSize", "33554432")]);
        var port = LoopbackPort.Free();
        await WriteConfigurationAsync(port);
        _nginx = ChildProcess.Start(
            "nginx",
            ["-p", _folder.FullName, "-c", "nginx.conf", "-e", "stderr"],
            new Dictionary<string, string>(),
            _folder.FullName,
            "nginx");
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate.GetCertHashString(),
            },
        })
        {
            BaseAddress = new Uri($"https://127.0.0.1:{port}"),
        };
        await Eventually.TrueAsync(IsUpAsync, "nginx should listen");
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_nginx is not null)
        {
            // Its workers have to end too: only the master knows them.
            await _nginx.TerminateAsync();
            await _nginx.EndAsync();
            await _nginx.DisposeAsync();
        }

        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=claude.example.com", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>The sample with the addresses and paths of this test, in the least nginx around it.</summary>
    private async Task WriteConfigurationAsync(int port)
    {
        var site = await File.ReadAllTextAsync(Repository.Sample("nginx", "latchkey.conf"));
        await WriteAsync("latchkey.conf", new[]
        {
            ("listen 443 ssl http2;", $"listen 127.0.0.1:{port} ssl http2;"),
            ("server 127.0.0.1:3001;", $"server {Gateway.Address.Authority};"),
            ("/etc/ssl/latchkey/", $"{_folder.FullName}/"),
        }.Aggregate(site, Replaced));
        await WriteAsync("fullchain.pem", _certificate.ExportCertificatePem());
        await WriteAsync("privkey.pem", _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await WriteAsync("nginx.conf", """
            daemon off;
            worker_processes 1;
            pid nginx.pid;
            error_log stderr warn;
            events {}
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                include latchkey.conf;
            }
            """);
    }

    private static string Replaced(string text, (string Old, string New) change)
    {
        text.Should().Contain(change.Old);
        return text.Replace(change.Old, change.New, StringComparison.Ordinal);
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text);

    private async Task<bool> IsUpAsync()
    {
        try
        {
            using var response = await Http.GetAsync("/healthz");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!_nginx!.HasEnded)
        {
            return false;
        }
    }
}

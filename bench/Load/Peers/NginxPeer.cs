namespace Latchkey.Load.Peers;

/// <summary>nginx as a bare reverse proxy: one worker, no log, upstream connections kept, answers passed on as they come.</summary>
internal sealed class NginxPeer(bool tls) : IPeer
{
    public string Name => tls ? "nginx-tls" : "nginx";

    public bool CompilesItself => false;

    public bool Exists(Site site) => Command.Find("nginx") is not null;

    public Command Start(Site site)
    {
        var configuration = Path.Combine(site.Folder, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            worker_processes 1;
            pid {{site.Folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 16384; }
            http {
              access_log off;
              client_body_temp_path {{site.Folder}}/body;
              proxy_temp_path {{site.Folder}}/proxy;
              fastcgi_temp_path {{site.Folder}}/fastcgi;
              uwsgi_temp_path {{site.Folder}}/uwsgi;
              scgi_temp_path {{site.Folder}}/scgi;
              keepalive_requests 1000000000;
              client_max_body_size 32m;
              client_body_buffer_size 2m;
              upstream claude { server 127.0.0.1:{{site.Upstream(tls).Port}}; keepalive 512; keepalive_requests 1000000000; }
              server {
                listen 127.0.0.1:{{site.Port}} backlog=4096;
                location / {
                  proxy_pass {{site.Upstream(tls).Scheme}}://claude;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  proxy_read_timeout 600s;
                  proxy_ssl_protocols TLSv1.3;
                  proxy_ssl_name localhost;
                  proxy_ssl_server_name on;
                  proxy_ssl_verify on;
                  proxy_ssl_trusted_certificate {{site.Authority}};
                }
              }
            }
            """);
        return new Command(Command.Find("nginx")!, "-c", configuration, "-p", site.Folder);
    }
}

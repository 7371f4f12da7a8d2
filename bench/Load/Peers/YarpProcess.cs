using System.Globalization;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace Latchkey.Load.Peers;

/// <summary>The process of bare YARP.</summary>
internal static class YarpProcess
{
    public static async Task<int> RunAsync(string port, Uri upstream)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture)));
        builder.Services.AddHttpForwarder();
        await using var app = builder.Build();
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
        });
        app.MapForwarder("/{**path}", upstream.GetLeftPart(UriPartial.Authority), ForwarderRequestConfig.Empty, HttpTransformer.Default, invoker);
        await app.RunAsync();
        return 0;
    }
}

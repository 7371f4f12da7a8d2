using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Forward;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Latchkey.Forwarders;

/// <summary>The processes that are started: the upstream stand-in and the two relays.</summary>
internal static class Peers
{
    /// <summary>Events of one stream and the pause between them.</summary>
    public const int Events = 50;

    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly OpenGate Open = new();

    private static readonly byte[] Json = Encoding.UTF8.GetBytes(
        $$$"""{"id":"msg_1","type":"message","model":"claude-opus-5-5","content":[{"type":"text","text":"{{{new string('x', 700)}}}"}],"usage":{"input_tokens":10,"output_tokens":20}}""");

    private static readonly byte[] Delta =
        """
        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a few more words"}}


        """u8.ToArray();

    public static async Task<int> RunUpstreamAsync(int port)
    {
        var app = App(port);
        app.MapPost("/v1/messages", async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null);
            if (!http.Request.Query.ContainsKey("stream"))
            {
                http.Response.ContentType = "application/json";
                http.Response.ContentLength = Json.Length;
                await http.Response.Body.WriteAsync(Json);
                return;
            }

            http.Response.ContentType = "text/event-stream";
            using var timer = new PeriodicTimer(Pause);
            for (var i = 0; i < Events; i++)
            {
                await http.Response.Body.WriteAsync(Delta);
                await http.Response.Body.FlushAsync();
                await timer.WaitForNextTickAsync();
            }
        });
        await app.RunAsync();
        return 0;
    }

    public static async Task<int> RunOwnAsync(int port, Uri upstream)
    {
        using var invoker = new HttpMessageInvoker(Handler());
        var app = App(port);
        app.MapPost("/v1/messages", async http =>
        {
            using var body = (await RequestBody.ReadAsync(http.Request.Body, http.Request.ContentLength, 32 << 20, http.RequestAborted))!;
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(upstream, "/v1/messages" + http.Request.QueryString));
            foreach (var (name, values) in http.Request.Headers)
            {
                if (HeaderPolicy.GoesUpstream(name) && HeaderPolicy.IsClean(values))
                {
                    message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
                }
            }

            message.Headers.TryAddWithoutValidation("x-api-key", "k");
            message.Content = new ReadOnlyMemoryContent(body.Memory);
            using var watch = new StallWatch(TimeSpan.FromMinutes(1), TimeProvider.System, http.RequestAborted);
            using var response = await invoker.SendAsync(message, watch.Token);
            http.Response.StatusCode = (int)response.StatusCode;
            http.Response.ContentType = response.Content.Headers.ContentType?.ToString();
            http.Response.ContentLength = response.Content.Headers.ContentLength;
            await AnswerRelay.RunAsync(
                await response.Content.ReadAsStreamAsync(), http.Response.BodyWriter, new Tap(response.Content.Headers.ContentLength is null),
                Open, static () => Outcome.NotSent, watch, http.RequestAborted);
        });
        await app.RunAsync();
        return 0;
    }

    public static async Task<int> RunYarpAsync(int port, Uri upstream)
    {
        using var invoker = new HttpMessageInvoker(Handler());
        var app = App(port, services => services.AddHttpForwarder());
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var prefix = upstream.GetLeftPart(UriPartial.Authority);
        app.MapPost("/v1/messages", async http =>
        {
            using var body = (await RequestBody.ReadAsync(http.Request.Body, http.Request.ContentLength, 32 << 20, http.RequestAborted))!;
            MemoryMarshal.TryGetArray(body.Memory, out var array);
            http.Request.Body = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
            var original = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
            http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new TappedStream(original.Stream, http.Request.Query.ContainsKey("stream")), original));
            await forwarder.SendAsync(http, prefix, invoker, ForwarderRequestConfig.Empty, new AllowedHeaders());
        });
        await app.RunAsync();
        return 0;
    }

    private static WebApplication App(int port, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        services?.Invoke(builder.Services);
        return builder.Build();
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    };

    private sealed class AllowedHeaders : HttpTransformer
    {
        public override ValueTask TransformRequestAsync(
            HttpContext http, HttpRequestMessage message, string destinationPrefix, CancellationToken cancellationToken)
        {
            foreach (var (name, values) in http.Request.Headers)
            {
                if (HeaderPolicy.GoesUpstream(name) && HeaderPolicy.IsClean(values))
                {
                    message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
                }
            }

            message.Headers.TryAddWithoutValidation("x-api-key", "k");
            message.Content!.Headers.ContentLength = http.Request.ContentLength;
            message.RequestUri = new Uri(destinationPrefix + "/v1/messages" + http.Request.QueryString);
            return default;
        }
    }

    private sealed class OpenGate : IAnswerGate
    {
        public void Begins(Outcome begun)
        {
        }

        public ValueTask BeforeFirstByteAsync() => default;

        public Refusal? Passing() => null;

        public ValueTask BeforeEndAsync(Outcome ending) => default;
    }

    private sealed class Tap(bool stream) : IAnswerTap
    {
        private readonly IUsageReader _reader = stream ? new StreamUsageReader() : new JsonUsageReader();

        public AnswerProgress Progress => new(stream, _reader.IsComplete, _reader.ErrorType);

        public AnswerCut? Cut => null;

        public void Attach(string? mediaType, string? coding)
        {
        }

        public void Observe(ReadOnlySpan<byte> bytes) => _reader.Read(bytes);
    }

    /// <summary>What a tap is to YARP: a stream around the response's.</summary>
    private sealed class TappedStream(Stream inner, bool stream) : Stream
    {
        private readonly IUsageReader _reader = stream ? new StreamUsageReader() : new JsonUsageReader();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reader.Read(buffer.Span);
            return inner.WriteAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

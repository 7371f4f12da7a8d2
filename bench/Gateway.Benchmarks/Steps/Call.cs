using System.Buffers;
using System.Net;
using System.Text;
using Latchkey.Gateway.DataPath.Accept;
using Latchkey.Gateway.DataPath.Authenticate;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Latchkey.Gateway.Benchmarks.Steps;

/// <summary>A streamed message as Claude Code sends it, for the steps that need one.</summary>
internal static class Call
{
    public const string Id = "req_lk_019abcdef0127abc8def0123456789ab";

    private const string Turns = """
        ,{"role":"assistant","content":[{"type":"text","text":"The file says that the window is full, so the call is refused; a test shows it."}]}
        ,{"role":"user","content":[{"type":"text","text":"Then read the next file, please, and tell me what \"refused\" means there."}]}
        """;

    public static AcceptStage Accept(TimeProvider time)
    {
        var options = Options.Create(new AcceptOptions());
        return new AcceptStage(new RoutePolicy(options), options, time);
    }

    public static HttpContext Http(string token = "")
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Request.Method = "POST";
        http.Request.Path = "/v1/messages";
        http.Request.QueryString = new QueryString("?beta=true");
        http.Request.ContentType = "application/json";
        var headers = http.Request.Headers;
        headers.Authorization = $"Bearer {token}";
        headers.Accept = "application/json";
        headers.UserAgent = "claude-cli/2.1.330 (external, cli)";
        headers["anthropic-version"] = "2023-06-01";
        headers["anthropic-beta"] = "claude-code-20250219,interleaved-thinking-2025-05-14";
        headers["x-app"] = "cli";
        headers["x-stainless-lang"] = "js";
        headers["x-stainless-os"] = "Linux";
        headers["x-stainless-retry-count"] = "0";
        headers["x-claude-code-session-id"] = "0b4f2a52-7d2c-4f0e-9a37-3c1d7f1f0a11";
        return http;
    }

    /// <summary>A message's body of about this size: turns of a talk, and one tool.</summary>
    public static byte[] Body(int bytes)
    {
        var json = new StringBuilder("""
            {"model":"claude-opus-5-5","max_tokens":4096,"stream":true,"system":"You are a careful engineer.",
            "tools":[{"name":"read","description":"Reads a file.","input_schema":{"type":"object","properties":{"path":{"type":"string"}}}}],
            "messages":[{"role":"user","content":"Hello."}
            """);
        while (json.Length + Turns.Length < bytes)
        {
            json.Append(Turns);
        }

        return Encoding.UTF8.GetBytes(json.Append("]}").ToString());
    }

    /// <summary>The call, accepted, with a body of about this size.</summary>
    public static AcceptedRequest Accepted(TimeProvider time, HttpContext http, int bytes)
    {
        var request = Accept(time).Open(http, Id).Request!;
        var body = Body(bytes);
        request.Body = RequestBody.ReadAsync(new MemoryStream(body), body.Length, body.Length, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        request.Peeked = ((PeekResult.Peeked)BodyPeek.Read(new ReadOnlySequence<byte>(body), BodyKind.Messages)).Body;
        return request;
    }

    public static Caller Caller(TimeProvider time) => new()
    {
        DeviceId = "device-0001",
        UserId = "user-0001",
        OrgId = "acme",
        Models = ["claude-*"],
        TokenId = "tok_0123456789abcdef01234567",
        SessionId = "ses_0123456789abcdef01234567",
        IssuedAt = time.GetUtcNow(),

        // Whoever puts the clock forward mustn't see it expire.
        ExpiresAt = time.GetUtcNow().AddYears(1_000),
    };
}

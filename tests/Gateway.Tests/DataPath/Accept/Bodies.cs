using System.Buffers;
using System.Text;
using Latchkey.Gateway.DataPath.Accept;

namespace Latchkey.Gateway.Tests.DataPath.Accept;

/// <summary>Bodies to read, ways to cut them, and the result in one comparable line.</summary>
internal static class Bodies
{
    /// <summary>The shape of what a coding agent sends: schemas and inputs with keys of their own called model, a fallback in the history.</summary>
    public const string Agent = """
        {
          "model": "claude-opus-5-5",
          "max_tokens": 32000,
          "stream": true,
          "service_tier": "auto",
          "system": [{"type": "text", "text": "x-billing: a=1; Grüße 😀 \ud83d\ude00", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
          "metadata": {"user_id": "{\"device_id\":\"d\",\"session_id\":\"s\"}"},
          "thinking": {"type": "adaptive"},
          "output_config": {"effort": "high"},
          "tools": [
            {"name": "Task", "description": "start", "input_schema": {"type": "object", "properties": {"model": {"type": "string"}, "file_id": {"type": "string"}}}},
            {"type": "bash_20250124", "name": "bash"},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 3}
          ],
          "messages": [
            {"role": "user", "content": "say \"model\": \"none\""},
            {"role": "assistant", "content": [
              {"type": "fallback", "from": {"model": "claude-fable-5-2"}, "to": {"model": "claude-opus-5"}},
              {"type": "tool_use", "id": "toolu_1", "name": "Task", "input": {"model": "gpt", "model": "twice", "file_id": "file_no", "n": 1e400}}
            ]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "ok"}]}]}
          ]
        }
        """;

    public const string Batch = """
        {"requests": [
          {"custom_id": "a", "params": {"model": "claude-opus-5-5", "max_tokens": 100, "messages": []}},
          {"custom_id": "b", "params": {"model": "claude-haiku-5-5", "max_tokens": 200, "messages": [], "container": "container_1"}}
        ]}
        """;

    public static PeekResult Peek(string body, BodyKind kind = BodyKind.Messages) => Peek(Encoding.UTF8.GetBytes(body), kind);

    public static PeekResult Peek(byte[] body, BodyKind kind = BodyKind.Messages) => BodyPeek.Read(new ReadOnlySequence<byte>(body), kind);

    public static PeekedBody Peeked(string body, BodyKind kind = BodyKind.Messages) =>
        Peek(body, kind).Should().BeOfType<PeekResult.Peeked>(body).Which.Body;

    public static string Refusal(string body, BodyKind kind = BodyKind.Messages) =>
        Peek(body, kind).Should().BeOfType<PeekResult.Malformed>(body).Which.Message;

    /// <summary>A message body that is fine but for the given fields.</summary>
    public static string With(string fields) => $$"""{"model":"claude-opus-5-5","max_tokens":10,{{fields}}}""";

    public static ReadOnlySequence<byte> Cut(byte[] body, params ReadOnlySpan<int> cuts)
    {
        Segment? first = null;
        Segment? last = null;
        var start = 0;
        foreach (var cut in cuts)
        {
            Add(cut);
        }

        Add(body.Length);
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);

        void Add(int end)
        {
            var piece = new Segment(body.AsMemory(start..end), start);
            last?.Link(piece);
            first ??= piece;
            last = piece;
            start = end;
        }
    }

    public static string Describe(PeekResult result) => result switch
    {
        PeekResult.Malformed malformed => "Malformed: " + malformed.Message,
        PeekResult.Peeked { Body: var body } =>
            $"{body with { BilledModels = [], TenantIds = [] }} {string.Join('|', body.BilledModels)} {string.Join('|', body.TenantIds)}",
        _ => throw new InvalidOperationException("A third case."),
    };

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

        public void Link(Segment next) => Next = next;
    }
}

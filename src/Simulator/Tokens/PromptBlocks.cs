using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Latchkey.Simulator.Tokens;

/// <summary>One block of a prompt: what it weighs, and which prefix ends with it.</summary>
/// <param name="Tokens">Its size.</param>
/// <param name="Prefix">Identifies everything up to and including this block, for this key and model.</param>
/// <param name="CacheFor">How long a cache breakpoint on it holds; null without a breakpoint.</param>
internal readonly record struct PromptBlock(long Tokens, UInt128 Prefix, TimeSpan? CacheFor);

/// <summary>Lays a request's prompt out in the order in which the API caches it: tools, system, messages.</summary>
internal sealed class PromptBlocks : IDisposable
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    private readonly IncrementalHash _prefix = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<PromptBlock> _blocks = [];
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];

    private PromptBlocks()
    {
    }

    public static List<PromptBlock> Of(JsonElement request, string apiKey, string model)
    {
        using var walk = new PromptBlocks();
        walk._prefix.AppendData(Encoding.UTF8.GetBytes($"{apiKey}\n{model}\n"));
        walk.AddList(request, "tools");
        walk.AddContent(request, "system");
        if (request.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Array)
        {
            foreach (var message in messages.EnumerateArray())
            {
                if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("role", out var role))
                {
                    walk._prefix.AppendData(JsonMarshal.GetRawUtf8Value(role));
                    walk.AddContent(message, "content");
                }
            }
        }

        if (LifetimeOf(request) is { } automatic && walk._blocks.Count > 0)
        {
            walk._blocks[^1] = walk._blocks[^1] with { CacheFor = walk._blocks[^1].CacheFor ?? automatic };
        }

        return walk._blocks;
    }

    public static long TotalTokens(List<PromptBlock> blocks)
    {
        long sum = 0;
        foreach (var block in blocks)
        {
            sum += block.Tokens;
        }

        return sum;
    }

    public void Dispose() => _prefix.Dispose();

    private void AddContent(JsonElement parent, string name)
    {
        if (parent.TryGetProperty(name, out var content) && content.ValueKind == JsonValueKind.String)
        {
            AddText(content, null);
        }
        else
        {
            AddList(parent, name);
        }
    }

    private void AddList(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            if (item.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String)
            {
                AddText(text, LifetimeOf(item));
            }
            else
            {
                AddObject(item);
            }
        }
    }

    // A string and a single text block are the same prompt: Claude Code sends one turn as a block with a breakpoint
    // and, a turn later, the same text as a plain string.
    private void AddText(JsonElement text, TimeSpan? cacheFor)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        _prefix.AppendData("text"u8);
        _prefix.AppendData(raw);
        // An escaped text weighs what it says, not how it is written; the rest spares the string.
        Add(raw.Contains((byte)'\\') ? Encoding.UTF8.GetByteCount(text.GetString()!) : raw.Length - 2, cacheFor);
    }

    // The breakpoint is no part of the prefix: it moves on while the content stays.
    private void AddObject(JsonElement item)
    {
        long bytes = 0;
        foreach (var field in item.EnumerateObject())
        {
            if (!field.NameEquals("cache_control"u8))
            {
                var raw = JsonMarshal.GetRawUtf8Value(field.Value);
                _prefix.AppendData(JsonMarshal.GetRawUtf8PropertyName(field));
                _prefix.AppendData(raw);
                bytes += raw.Length;
            }
        }

        Add(bytes, LifetimeOf(item));
    }

    private void Add(long bytes, TimeSpan? cacheFor)
    {
        _prefix.GetCurrentHash(_hash);
        var tokens = Math.Max(1, TokenEstimate.OfBytes(bytes));
        _blocks.Add(new PromptBlock(tokens, MemoryMarshal.Read<UInt128>(_hash), cacheFor));
    }

    private static TimeSpan? LifetimeOf(JsonElement item)
    {
        if (!item.TryGetProperty("cache_control", out var control) || control.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return control.TryGetProperty("ttl", out var ttl) && ttl.ValueEquals("1h"u8) ? OneHour : FiveMinutes;
    }
}

using System.IO.Compression;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Latchkey.Simulator.Tests.Support;

namespace Latchkey.Simulator.Tests.Scenarios;

public class WireFormTests : SimulatorTest
{
    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br", true)]
    [InlineData("deflate", true)]
    [InlineData("gzip", false)]
    [InlineData("br", false)]
    [InlineData("deflate", false)]
    public async Task an_encoded_answer_decodes_to_the_plain_one(string encoding, bool stream)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate($"encoding={encoding} text=\"äöü {encoding}\"", stream));
        var wire = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var row = await Simulator.RowOf(response);

        response.Content.Headers.ContentEncoding.Should().Equal(encoding);
        Decode(wire, encoding).Should().Contain($"äöü {encoding}");
        (row.ResponseBytes, row.ResponseSha256).Should().Be((wire.Length, Convert.ToHexStringLower(SHA256.HashData(wire))));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task an_encoded_stream_is_flushed_after_every_event(string encoding)
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate($"encoding={encoding} stall=3 events=9", stream: true));
        await using var decoded = Decoder(await response.Content.ReadAsStreamAsync(Cancellation), encoding);
        var read = "";
        while (SseEventsIn(read) < 3)
        {
            var buffer = new byte[4096];
            read += Encoding.UTF8.GetString(buffer, 0, await decoded.ReadAsync(buffer, Cancellation));
        }

        SseEventsIn(read).Should().Be(3, "the stream stalls here, and what came before it can be read");
    }

    [Theory]
    [InlineData("chunking=byte", 1, 1)]
    [InlineData("chunking=7", 7, 7)]
    [InlineData("chunking=random seed=3", 1, 97)]
    public async Task chunks_have_the_size_that_was_asked_for(string directive, int least, int most)
    {
        var chunks = await RawChunksAsync(directive);

        chunks.Count.Should().BeGreaterThan(5);
        chunks.Take(chunks.Count - 1).Should().OnlyContain(size => size >= least && size <= most);
        if (least != most)
        {
            chunks.Distinct().Should().HaveCountGreaterThan(5);
        }
    }

    [Fact]
    public async Task a_stream_can_come_in_one_piece() => (await RawChunksAsync("chunking=whole")).Should().HaveCount(1);

    [Theory]
    [InlineData("chunking=byte")]
    [InlineData("chunking=5")]
    [InlineData("chunking=random seed=9")]
    [InlineData("chunking=whole")]
    public async Task pieces_make_the_same_bytes(string directive)
    {
        var events = await Simulator.EventsAsync(RunningSimulator.Simulate(directive + " text=\"äöü 🔑\"", stream: true));
        var plain = await Simulator.JsonAsync(RunningSimulator.Simulate(directive + " text=\"äöü 🔑\""));

        events[^1].Type.Should().Be("message_stop");
        plain.GetProperty("content")[0].GetProperty("text").GetString().Should().Be("äöü 🔑");
    }

    [Fact]
    public async Task a_huge_event_has_a_data_line_of_that_size()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("huge-event=3000000", stream: true));
        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n');

        lines.Max(line => line.Length).Should().Be(3_000_000);
    }

    [Fact]
    public async Task garbage_surrounds_events_that_still_mean_the_same()
    {
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate("garbage events=12", stream: true));
        var bytes = await response.Content.ReadAsByteArrayAsync(Cancellation);
        var text = Encoding.UTF8.GetString(bytes);

        bytes[..3].Should().Equal(0xEF, 0xBB, 0xBF);
        text.Should().Contain("\r\n").And.Contain("event:message").And.Contain("an_event_of_next_year").And.Contain("\n: a comment");
        bytes.Should().Contain((byte)0xFF);
        text.Should().Contain("message_stop");
        (await Simulator.RowOf(response)).Delivered!.OutputTokens.Should().Be(12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_random_answer_is_valid_and_the_same_for_the_same_seed(bool stream)
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            using var first = await Simulator.PostAsync(RunningSimulator.Simulate($"random seed={seed}", stream));
            using var second = await Simulator.PostAsync(RunningSimulator.Simulate($"random={seed}", stream));
            var bytes = await first.Content.ReadAsByteArrayAsync(Cancellation);

            bytes.Should().Equal(await second.Content.ReadAsByteArrayAsync(Cancellation));
            var usage = stream ? LastUsage(bytes) : JsonDocument.Parse(bytes).RootElement.GetProperty("usage");
            usage.GetProperty("output_tokens").GetInt64().Should().Be((await Simulator.RowOf(first)).Generated!.OutputTokens);
        }
    }

    [Theory]
    [InlineData("full", true, true)]
    [InlineData("output", false, false)]
    [InlineData("nulls", true, false)]
    public async Task message_delta_says_as_much_as_was_asked(string form, bool named, bool known)
    {
        var directives = $"delta-usage={form} content=web_search,text text=\"abcd\"";
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate(directives, stream: true));
        var events = SseEvent.All(await response.Content.ReadAsStringAsync(Cancellation));
        var row = await Simulator.RowOf(response);
        var start = events[0].Json.GetProperty("message").GetProperty("usage").GetProperty("input_tokens").GetInt64();
        var end = events[^2].Json.GetProperty("usage");

        end.TryGetProperty("input_tokens", out var input).Should().Be(named);
        row.Generated!.InputTokens.Should().BeGreaterThan(start, "what a search finds is read too");
        row.Delivered!.InputTokens.Should().Be(known ? input.GetInt64() : start);
        row.Delivered.OutputTokens.Should().Be(end.GetProperty("output_tokens").GetInt64());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task named_usage_goes_on_the_wire_and_into_the_books(bool stream)
    {
        const string Named = """usage={"input_tokens":11,"cache_creation_input_tokens":9,"cache_creation":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":5},"output_tokens":77,"service_tier":"priority","new_field":null}""";
        using var response = await Simulator.PostAsync(RunningSimulator.Simulate(Named, stream));
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        var usage = stream ? SseEvent.All(text)[^2].Json.GetProperty("usage") : JsonDocument.Parse(text).RootElement.GetProperty("usage");
        var row = await Simulator.RowOf(response);

        usage.GetProperty("output_tokens").GetInt64().Should().Be(77);
        usage.GetProperty("new_field").ValueKind.Should().Be(JsonValueKind.Null);
        (row.Generated!.InputTokens, row.Generated.Ephemeral1hInputTokens, row.Generated.OutputTokens, row.Generated.ServiceTier)
            .Should().Be((11, 5, 77, "priority"));
        row.Delivered.Should().BeEquivalentTo(row.Generated);
    }

    private static int SseEventsIn(string text) => text.Split("\n\n").Length - 1;

    private static JsonElement LastUsage(byte[] stream)
    {
        var data = Encoding.UTF8.GetString(stream).Split('\n')
            .Where(line => line.StartsWith("data:", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line["data:".Length..]).RootElement);
        return data.Last(json => json.GetProperty("type").GetString() == "message_delta").GetProperty("usage");
    }

    private static Stream Decoder(Stream wire, string encoding) => encoding switch
    {
        "gzip" => new GZipStream(wire, CompressionMode.Decompress),
        "br" => new BrotliStream(wire, CompressionMode.Decompress),
        _ => new ZLibStream(wire, CompressionMode.Decompress),
    };

    private static string Decode(byte[] wire, string encoding)
    {
        using var reader = new StreamReader(Decoder(new MemoryStream(wire), encoding), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads the chunks of HTTP itself, which a client library hides.</summary>
    private async Task<List<int>> RawChunksAsync(string directive)
    {
        var body = RunningSimulator.Simulate(directive + " events=8", stream: true).ToJsonString();
        using var socket = new TcpClient();
        var address = Simulator.Http.BaseAddress!;
        await socket.ConnectAsync(address.Host, address.Port, Cancellation);
        var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes(
                $"POST /v1/messages HTTP/1.1\r\nHost: x\r\nConnection: close\r\nx-api-key: k\r\nanthropic-version: 2023-06-01\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"),
            Cancellation);
        using var gathered = new MemoryStream();
        await stream.CopyToAsync(gathered, Cancellation);
        var bytes = gathered.ToArray();
        var at = bytes.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        var chunks = new List<int>();
        while (true)
        {
            var lineEnd = at + bytes.AsSpan(at).IndexOf("\r\n"u8);
            var size = Convert.ToInt32(Encoding.ASCII.GetString(bytes, at, lineEnd - at), 16);
            if (size == 0)
            {
                return chunks;
            }

            chunks.Add(size);
            at = lineEnd + 2 + size + 2;
        }
    }
}

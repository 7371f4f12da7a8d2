using System.Text.Json;

namespace Latchkey.Simulator.Tests.Support;

/// <summary>One well-formed event of a stream. Made for tests: it knows only the form that the API usually sends.</summary>
public sealed record SseEvent(string Type, string Data)
{
    public JsonElement Json => JsonDocument.Parse(Data).RootElement;

    public static List<SseEvent> All(string stream)
    {
        var events = new List<SseEvent>();
        foreach (var frame in stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = frame.Split('\n');
            lines.Should().HaveCount(2);
            lines[0].Should().StartWith("event: ");
            lines[1].Should().StartWith("data: ");
            events.Add(new SseEvent(lines[0]["event: ".Length..], lines[1]["data: ".Length..]));
        }

        return events;
    }
}

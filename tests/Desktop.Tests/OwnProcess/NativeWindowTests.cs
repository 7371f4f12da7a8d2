using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Storage;
using Latchkey.Desktop.Tests.Support;
using Latchkey.EndToEnd.Tests.Support;
using Latchkey.Simulator.Bookkeeping;

namespace Latchkey.Desktop.Tests.OwnProcess;

/// <summary>The app in the windows that a person sees, on a desktop without a screen, driven by keys.</summary>
public sealed class NativeWindowTests(World world) : IClassFixture<World>, IAsyncLifetime
{
    private XDisplay _display = null!;

    public async ValueTask InitializeAsync() => _display = await XDisplay.StartAsync();

    [Theory]
    [InlineData("native")]
    [InlineData("browser")]
    public async Task a_person_asks_stops_and_closes(string kind)
    {
        world.Says($"An answer in the {kind} window.\n\n```csharp\nvar x = 1;\n```\n");
        var home = Directory.CreateDirectory(Path.Combine(_display.Home, kind)).FullName;
        var modelsBefore = CallsForModels();
        await using var app = Start(home, kind);
        var window = await _display.WindowAsync("^Latchkey$");
        await Eventually.TrueAsync(() => CallsForModels() > modelsBefore, "the page should ask for models");
        // Keys that come before the page is there are nobody's: the question is typed until it stands in the draft.
        await Eventually.TrueAsync(
            async () =>
            {
                await _display.TypeAsync(window, "x");
                await Task.Delay(500);
                return DraftIn(home).Length > 0;
            },
            "the page should take keys");
        await _display.KeyAsync(window, "ctrl+a");
        await _display.TypeAsync(window, "Hello there");
        await _display.KeyAsync(window, "Return");

        await Eventually.TrueAsync(() => AnswersIn(home) is [{ State: MessageState.Complete }], "the answer should be there");
        AnswersIn(home)[0].Text.Should().StartWith($"An answer in the {kind} window.");
        await _display.WindowAsync("^Hello there – Latchkey$");

        world.Does($"events=5000 event-delay=50 seed={(kind == "native" ? 3 : 4)}");
        await _display.TypeAsync(window, "More");
        await _display.KeyAsync(window, "Return");
        await Eventually.TrueAsync(() => AnswersIn(home) is [_, { State: MessageState.Writing, Text.Length: > 0 }],
            "the second answer should grow");
        await _display.KeyAsync(window, "Escape");
        await Eventually.TrueAsync(() => AnswersIn(home) is [_, { State: MessageState.Stopped }], "the second answer should be stopped");
        var seed = kind == "native" ? "seed=3" : "seed=4";
        var truth = await world.Gateway.Tally.WaitForAsync(
            row => row.Scenario.EndsWith(seed, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        truth.Ending.Should().Be(Ending.ClientLeft);

        await _display.ScreenshotAsync($"app-{kind}");
        await _display.CloseAsync(window);
        var end = await app.EndAsync();
        end.ExitCode.Should().Be(0, end.Errors);
        await Eventually.TrueAsync(() => _display.Programs().Count == 0, "no process should be left");
        Directory.GetFiles(home, "desktop.db*").Should().ContainSingle("it was closed well");
    }

    public ValueTask DisposeAsync() => _display.DisposeAsync();

    private int CallsForModels() =>
        world.Gateway.Tally.Rows().Count(row => row.Request.PathAndQuery.StartsWith("/v1/models", StringComparison.Ordinal));

    private ChildProcess Start(string home, string kind)
    {
        var variables = AppProcess.Variables(home, world.Address);
        variables.Remove("HOME");
        variables["LATCHKEY_WINDOW"] = kind;
        return _display.Start(AppProcess.Program, [], variables);
    }

    private static IReadOnlyList<Message> AnswersIn(string home) => Read(home, database =>
    {
        var store = new ConversationStore(database);
        return store.List() is [var conversation]
            ? [.. store.Messages(conversation.Id).Where(m => m.Speaker == Speaker.Claude)]
            : (IReadOnlyList<Message>)[];
    }) ?? [];

    private static string DraftIn(string home) =>
        Read(home, database => database.Use(c => c.Scalar<string>("SELECT value FROM preference WHERE name = 'draft'"))) ?? "";

    private static T? Read<T>(string home, Func<DesktopDatabase, T?> read)
    {
        if (!File.Exists(Path.Combine(home, "desktop.db")))
        {
            return default;
        }

        using var database = new DesktopDatabase(home);
        return read(database);
    }
}

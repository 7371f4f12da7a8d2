using Bunit;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Chat.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Desktop.Tests.Chat.Views;

public sealed class SidebarTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 0, TimeSpan.Zero);

    public SidebarTests()
    {
        var time = new FakeTimeProvider(Now);
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(-5), null, null));
        Services.AddSingleton<TimeProvider>(time);
    }

    [Fact]
    public void conversations_stand_under_how_long_ago_they_were_by_the_persons_own_calendar()
    {
        var sidebar = Show(
        [
            Said("just now", Now),
            // Here it is four in the morning: this was before midnight.
            Said("late yesterday", Now.AddHours(-5)),
            Said("last week", Now.AddDays(-6)),
            Said("this month", Now.AddDays(-20)),
            Said("long ago", Now.AddDays(-200)),
        ]);

        sidebar.FindAll("section").Select(s => $"{s.QuerySelector("h2")!.TextContent}: {s.QuerySelector(".title")!.TextContent}").Should().Equal(
            "Today: just now", "Yesterday: late yesterday", "Last 7 days: last week", "Last 30 days: this month", "Earlier: long ago");
    }

    [Fact]
    public void the_open_one_and_those_being_answered_are_marked()
    {
        var sidebar = Show([Said("one", Now, id: 1), Said("two", Now, id: 2)], current: 2, answering: 1);

        sidebar.Find("[aria-current=page]").TextContent.Trim().Should().Be("two");
        sidebar.Find("[aria-label='Claude is answering']").Closest("a")!.TextContent.Trim().Should().Be("one");
    }

    [Fact]
    public void older_ones_are_shown_when_they_are_wanted()
    {
        var sidebar = Show([.. Enumerable.Range(1, 200).Select(i => Said($"no {i}", Now.AddMinutes(-i), id: i))]);
        sidebar.FindAll("li").Should().HaveCount(150);

        sidebar.FindAll("button").Single(b => b.TextContent == "Show older ones").Click();

        sidebar.FindAll("li").Should().HaveCount(200);
    }

    [Fact]
    public void an_empty_list_says_where_conversations_will_be() => Show([]).Find(".none").TextContent.Should().Contain("on this machine only");

    private static Conversation Said(string title, DateTimeOffset at, long id = 0) => new(id == 0 ? title.Length * 1000 : id, title, at, at, null);

    private IRenderedComponent<Sidebar> Show(IReadOnlyList<Conversation> conversations, long? current = null, long answering = -1) =>
        Render<Sidebar>(p => p
            .Add(s => s.Conversations, conversations)
            .Add(s => s.Current, current)
            .Add(s => s.IsAnswering, id => id == answering));
}

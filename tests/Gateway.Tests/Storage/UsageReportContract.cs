using Latchkey.Gateway.Admin.Usage;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Usage;

namespace Latchkey.Gateway.Tests.Storage;

/// <summary>What every store answers about its rows.</summary>
public abstract class UsageReportContract
{
    private static readonly UsageFilter Everything = new();

    private protected abstract Task<IUsageBench> StartAsync();

    [Fact]
    public async Task any_question_is_answered_as_its_rows_would()
    {
        var (_, reports, entries) = await ManyAsync();
        var random = new Random(11);
        for (var i = 0; i < 400; i++)
        {
            var question = RandomQuestion(random);

            var groups = await GroupsAsync(reports, question);

            groups.Should().BeEquivalentTo(UsageModel.Groups(entries, question), o => o.WithStrictOrdering(), "of {0} {1}", question.Filter, string.Join(',', question.GroupBy));
        }
    }

    [Fact]
    public async Task totals_are_those_of_the_rows_at_every_kind_of_edge()
    {
        var (_, reports, entries) = await ManyAsync();
        var edges = new[] { 0, 1, 3_599_999_999, Instants.PerHour, Instants.PerHour + 1, Instants.PerDay - 1, Instants.PerDay, Instants.PerDay + 1, 3 * Instants.PerDay }
            .Select(e => Entries.Begin.AddTicks(e * TimeSpan.TicksPerMicrosecond)).ToList();
        foreach (var from in edges)
        {
            foreach (var to in edges.Where(e => e > from))
            {
                foreach (var filter in new[] { Everything with { From = from, To = to }, new UsageFilter { DeviceId = "a-device-0001", From = from, To = to } })
                {
                    (await reports.SumAsync(filter, default)).Value.Should().Be(UsageModel.SumsOf([.. UsageModel.Rows(entries, filter)]), "of {0}", filter);
                }
            }
        }
    }

    [Fact]
    public async Task nothing_is_no_groups_and_one_sum_of_zeros()
    {
        var bench = await StartAsync();
        var reports = new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System));

        (await GroupsAsync(reports, new SummaryQuestion(Everything, [UsageDimension.Model]))).Should().BeEmpty();
        (await reports.SumAsync(Everything, default)).Value.Should().Be(new UsageSums());
        (await reports.LatestAsync(Everything, 100, default)).Should().BeEmpty();
        (await RowsAsync(reports, Everything, null, null)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, nameof(UsageDimension.Device), nameof(UsageDimension.Model))]
    [InlineData(true, nameof(UsageDimension.Device), nameof(UsageDimension.Model))]
    [InlineData(false, nameof(UsageDimension.Session), nameof(UsageDimension.Hour))]
    [InlineData(true, nameof(UsageDimension.Session), nameof(UsageDimension.Hour))]
    [InlineData(true, nameof(UsageDimension.Agent), nameof(UsageDimension.Day))]
    public async Task pages_together_are_the_whole(bool dearestFirst, string first, string second)
    {
        var (_, reports, _) = await ManyAsync();
        var question = new SummaryQuestion(Everything, [Enum.Parse<UsageDimension>(first), Enum.Parse<UsageDimension>(second)], dearestFirst);
        var whole = await GroupsAsync(reports, question);

        var pages = new List<UsageGroup>();
        while (await GroupsAsync(reports, question with { Limit = 5, After = pages.LastOrDefault()?.Position }) is { Count: > 0 } page)
        {
            page.Count.Should().BeLessThanOrEqualTo(5);
            pages.AddRange(page);
        }

        pages.Should().BeEquivalentTo(whole, o => o.WithStrictOrdering());
        whole.Should().HaveCountGreaterThan(8);
    }

    [Fact]
    public async Task no_group_comes_twice_or_not_at_all_while_rows_are_added()
    {
        var (bench, reports, _) = await ManyAsync();
        var question = new SummaryQuestion(Everything, [UsageDimension.Device, UsageDimension.Hour]);
        var before = (await GroupsAsync(reports, question)).Select(KeyOf).ToList();

        var pages = new List<UsageGroup>();
        while (await GroupsAsync(reports, question with { Limit = 10, After = pages.LastOrDefault()?.Position }) is { Count: > 0 } page)
        {
            pages.AddRange(page);
            await bench.AddAsync([Entries.One($"req_new_{pages.Count}", Entries.Begin.AddHours(pages.Count % 72)), Entries.One($"req_newer_{pages.Count}", Entries.Begin.AddDays(9), "0-device-0000")]);
        }

        pages.Select(KeyOf).Should().OnlyHaveUniqueItems().And.Contain(before);
    }

    [Fact]
    public async Task groups_of_equal_cost_are_paged_too()
    {
        var bench = await StartAsync();
        await bench.AddAsync([.. Enumerable.Range(0, 12).Select(i => Entries.One($"req_{i}", Entries.Begin, $"device-{i:D4}", cost: i % 2))]);
        var reports = new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System));
        var question = new SummaryQuestion(Everything, [UsageDimension.Device], DearestFirst: true, Limit: 5);

        var first = await GroupsAsync(reports, question);
        var second = await GroupsAsync(reports, question with { After = first[^1].Position });
        var third = await GroupsAsync(reports, question with { After = second[^1].Position });

        first.Concat(second).Concat(third).Select(g => (string)g.Key[0]).Should().Equal(
            Enumerable.Range(0, 12).OrderByDescending(i => i % 2).ThenBy(i => i).Select(i => $"device-{i:D4}"));
    }

    [Fact]
    public async Task values_with_any_characters_are_values()
    {
        var bench = await StartAsync();
        const string odd = "'; DROP TABLE usage; -- %_\\\"ü😀";
        await bench.AddAsync([Entries.One("req_1", Entries.Begin, odd) with { UserId = odd, OrgId = odd, ClientSessionId = odd }]);
        var reports = new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System));

        var groups = await GroupsAsync(reports, new SummaryQuestion(new UsageFilter { DeviceId = odd, UserId = odd, OrgId = odd, Session = odd }, [UsageDimension.User, UsageDimension.Session]));

        groups.Should().ContainSingle().Which.Key.Should().Equal(odd, odd);
        (await reports.SumAsync(new UsageFilter { UserId = "%" }, default)).Value!.Requests.Should().Be(0);
    }

    [Fact]
    public async Task a_name_that_nothing_counts_under_means_the_rows_that_asked_for_it()
    {
        var bench = await StartAsync();
        var reports = new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System));
        await bench.AddAsync([
            Entries.One("req_1", Entries.Begin, model: "claude-opus-5-5") with { ModelAsked = "opus" },
            Entries.One("req_2", Entries.Begin, model: "claude-haiku-4-5") with { ModelAsked = "claude-opus-5-5" },
        ]);

        (await reports.SumAsync(new UsageFilter { Model = "opus" }, default)).Value!.Requests.Should().Be(1);
        (await reports.SumAsync(new UsageFilter { Model = "claude-opus-5-5" }, default)).Value!.Requests.Should().Be(1, "the other one counts under what answered");
        (await RowsAsync(reports, new UsageFilter { Model = "claude-opus-5-5" }, null, null)).Should().ContainSingle();
    }

    [Fact]
    public async Task the_latest_exchanges_come_first_with_their_cost_as_corrected()
    {
        var bench = await StartAsync();
        var first = Entries.One("req_1", Entries.Begin, cost: 5000);
        await bench.AddAsync([first, Entries.One("req_3", Entries.Begin.AddSeconds(1)), Entries.One("req_2", Entries.Begin.AddSeconds(1)), first.Corrected(-1000), first.Corrected(300, "v3")]);
        var reports = new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System));

        var latest = await reports.LatestAsync(Everything, 100, default);

        latest.Select(m => (m.RequestId, m.CostUsd)).Should().Equal(("req_3", 0.000001m), ("req_2", 0.000001m), ("req_1", 0.0000043m));
        (await reports.LatestAsync(Everything, 1, default)).Should().ContainSingle().Which.RequestId.Should().Be("req_3");
    }

    [Fact]
    public async Task rows_are_read_latest_first_page_by_page()
    {
        var (_, reports, entries) = await ManyAsync();
        foreach (var filter in new[] { Everything, new UsageFilter { DeviceId = "a-device-0001", From = Entries.Begin.AddHours(7.3) }, new UsageFilter { Session = "s2", Agent = "agent-1" }, new UsageFilter { Model = "opus" } })
        {
            var expected = UsageModel.Rows(entries, filter)
                .OrderByDescending(e => e.StartedAt).ThenByDescending(e => e.RequestId, StringComparer.Ordinal).ThenByDescending(e => e.Kind, StringComparer.Ordinal)
                .Select(e => (e.RequestId, e.Kind)).ToList();
            expected.Should().HaveCountGreaterThan(10);

            (await RowsAsync(reports, filter, null, null)).Select(r => (r.Position.RequestId, r.Position.Kind)).Should().Equal(expected);
            var pages = new List<UsageRowValues>();
            while (await RowsAsync(reports, filter, pages.LastOrDefault()?.Position, 7) is { Count: > 0 } page)
            {
                pages.AddRange(page);
            }

            pages.Select(r => (r.Position.RequestId, r.Position.Kind)).Should().Equal(expected);
        }
    }

    [Fact]
    public async Task all_rows_are_read_when_there_are_more_than_one_page_holds()
    {
        var bench = await StartAsync();
        await bench.AddAsync([.. Enumerable.Range(0, 2500).Select(i => Entries.One($"req_{i:D4}", Entries.Begin.AddSeconds(i / 3)))]);

        var rows = await RowsAsync(new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System)), Everything, null, null);

        rows.Select(r => r.Position.RequestId).Should().Equal(Enumerable.Range(0, 2500).Reverse().Select(i => $"req_{i:D4}"));
    }

    [Fact]
    public async Task a_row_has_every_column_as_it_was_settled()
    {
        var bench = await StartAsync();
        await bench.AddAsync([Entries.One("req_1", Entries.Begin.AddMicroseconds(1)) with
        {
            Stream = true,
            Quality = UsageQuality.Estimated,
            QualityReason = "client_gone",
            Abort = "cancelled",
            ClientSessionId = "s1",
            ClientAgentId = "a1",
            ClientParentAgentId = "a0",
            FirstByteAfter = TimeSpan.FromMicroseconds(1234),
            KeyFingerprint = "k1",
        }]);

        var row = (await RowsAsync(new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System)), Everything, null, null)).Single();
        var values = RowColumns.All.Zip(row.Values).ToDictionary(c => c.First.Name, c => c.Second);

        values.Should().Contain([
            new("timestamp", Instants.Of(Entries.Begin) + 1), new("kind", "settled"), new("stream", 1L), new("quality", "estimated"), new("quality_reason", "client_gone"),
            new("abort", "cancelled"), new("client_session_id", "s1"), new("client_agent_id", "a1"), new("client_parent_agent_id", "a0"), new("price_version", "test"),
            new("cost_nano_usd", 1000L), new("cost_usd", 1000L), new("key_fingerprint", "k1"), new("first_byte_ms", 1234L), new("latency_ms", 2500L), new("user_id", null), new("ending", "completed"),
        ]);
    }

    private static SummaryQuestion RandomQuestion(Random random)
    {
        string? Of(params string[] values) => random.Next(4) == 0 ? values[random.Next(values.Length)] : null;
        DateTimeOffset? Edge(int dayFrom) => random.Next(4) switch
        {
            0 => null,
            1 => Entries.Begin.AddDays(dayFrom + random.Next(2)),
            2 => Entries.Begin.AddDays(dayFrom).AddHours(random.Next(36)),
            _ => Entries.Begin.AddDays(dayFrom).AddMicroseconds(random.NextInt64(36 * Instants.PerHour)),
        };
        var filter = new UsageFilter
        {
            DeviceId = Of("a-device-0001", "A-device-0003", "nobody"),
            UserId = Of("ann", "böb"),
            OrgId = Of("acme", "beta"),
            Model = Of("claude-opus-5-5", "unknown", "opus"),
            Session = random.Next(3) == 0 ? Of("s1", "s2") : null,
            Agent = random.Next(3) == 0 ? Of("agent-1") : null,
            From = Edge(0),
            To = Edge(1),
        };
        if (filter.From >= filter.To)
        {
            filter = filter with { To = null };
        }

        var dimensions = Enum.GetValues<UsageDimension>();
        random.Shuffle(dimensions);
        return new SummaryQuestion(filter, dimensions[..random.Next(4)], DearestFirst: random.Next(2) == 0);
    }

    private static string KeyOf(UsageGroup group) => string.Join('|', group.Key);

    private static async Task<List<UsageGroup>> GroupsAsync(UsageReports reports, SummaryQuestion question)
    {
        await using var groups = (await reports.GroupAsync(question, default)).Value!;
        return await groups.Groups.ToListAsync();
    }

    private static async Task<List<UsageRowValues>> RowsAsync(UsageReports reports, UsageFilter filter, RowPosition? after, int? limit) =>
        await (await reports.RowsAsync(filter, after, limit, default)).Value!.ToListAsync();

    private async Task<(IUsageBench Bench, UsageReports Reports, List<UsageEntry> Entries)> ManyAsync()
    {
        var bench = await StartAsync();
        var entries = Entries.Many(500, seed: 7);
        await bench.AddAsync(entries);
        return (bench, new UsageReports(bench.Database, new Writing(bench.Ledger, TimeProvider.System)), entries);
    }
}

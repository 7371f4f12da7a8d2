using CsCheck;
using Latchkey.Gateway.DataPath.Forward.KeyPool;

namespace Latchkey.Gateway.Tests.DataPath.Forward.KeyPool;

public class KeyPoolTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    [Fact]
    public void a_device_keeps_its_key_over_calls_and_restarts()
    {
        var first = new PoolWorld(5);
        var second = new PoolWorld(5);
        for (var i = 0; i < 100; i++)
        {
            var key = first.Pick($"device-{i}").Key;

            first.Pick($"device-{i}", "claude-b").Key.Should().BeSameAs(key);
            second.Pick($"device-{i}").Key.Reveal().Should().Be(key.Reveal());
        }
    }

    [Theory]
    [InlineData("sk-ant-se...t-1", 1)]
    [InlineData("sk-ant-...", 3)]
    [InlineData("sk-ant-secret-1...", 0)]
    [InlineData("sk-ant-secret...ret-1", 0)]
    [InlineData("sk-ant-other...t-1", 0)]
    [InlineData("...t-1", 0)]
    [InlineData("sk-ant-secret-1", 0)]
    [InlineData("", 0)]
    public void a_redacted_form_leads_to_fingerprints(string hint, int keys)
    {
        var world = new PoolWorld(3);

        world.Pool.FingerprintsOf(hint).Should().HaveCount(keys).And.BeSubsetOf(world.Keys.Select(k => k.Fingerprint));
    }

    [Fact]
    public void devices_spread_evenly()
    {
        var world = new PoolWorld(4);

        var shares = Enumerable.Range(0, 4_000).GroupBy(i => world.Pick($"device-{i}").Key).Select(g => g.Count());

        shares.Should().HaveCount(4).And.OnlyContain(n => n > 900 && n < 1_100);
    }

    [Fact]
    public void only_the_devices_of_a_resting_key_move_and_they_come_back()
    {
        var world = new PoolWorld(5);
        var devices = Enumerable.Range(0, 1_000).Select(i => $"device-{i}").ToList();
        var before = devices.ToDictionary(d => d, d => world.Pick(d).Key);
        var resting = world.Keys[2];

        world.Pool.Refused(world.Take(resting), 401);

        devices.Where(d => world.Pick(d).Key != before[d]).Should().BeEquivalentTo(devices.Where(d => before[d] == resting));
        devices.Where(d => before[d] == resting).Select(d => world.Pick(d).Key).Distinct().Should().HaveCount(4);
        world.Wait(FiveMinutes);
        devices.Should().OnlyContain(d => world.Pick(d).Key == before[d]);
    }

    [Fact]
    public void a_refused_key_rests_five_minutes_and_twice_as_long_each_time_up_to_an_hour()
    {
        var world = new PoolWorld(1);
        double[] minutes = [5, 10, 20, 40, 60, 60];
        foreach (var pause in minutes)
        {
            world.Pool.Refused(world.Pick(), 401);
            world.AllResting().Should().Be(new KeyChoice.AllResting(
                world.Clock.GetUtcNow().AddMinutes(pause), RestReason.CredentialsRefused));
            world.Wait(TimeSpan.FromMinutes(pause));
        }
    }

    [Fact]
    public void a_success_makes_a_refused_key_good_again()
    {
        var world = new PoolWorld(1);
        world.Pool.Refused(world.Pick(), 403);
        world.Wait(FiveMinutes);
        world.Pool.Accepted(world.Pick());

        world.Pool.Refused(world.Pick(), 403);

        world.AllResting().Until.Should().Be(world.Clock.GetUtcNow() + FiveMinutes);
        world.Log.Ids.Should().Equal(4201, 4202, 4201);
    }

    [Fact]
    public void calls_under_way_when_a_key_is_refused_are_one_refusal()
    {
        var world = new PoolWorld(1);
        var underWay = Enumerable.Range(0, 10).Select(_ => world.Pick()).ToList();

        underWay.ForEach(p => world.Pool.Refused(p, 401));

        world.AllResting().Until.Should().Be(world.Clock.GetUtcNow() + FiveMinutes);
        world.Log.Ids.Should().Equal(4201);
    }

    [Fact]
    public void a_stream_that_began_before_the_key_was_refused_does_not_make_it_good()
    {
        var world = new PoolWorld(1);
        var stream = world.Pick();
        world.Pool.Refused(world.Pick(), 401);

        world.Pool.Accepted(stream);

        world.AllResting();
    }

    [Fact]
    public void a_rate_limit_rests_the_key_for_that_model_only_until_it_is_over()
    {
        var world = new PoolWorld(1);
        world.Limit(world.Pick(), 30).Should().Be(TimeSpan.FromSeconds(30));

        world.AllResting().Should().Be(new KeyChoice.AllResting(world.Clock.GetUtcNow().AddSeconds(30), RestReason.RateLimited));
        world.Pick(model: "claude-b");
        world.Pick(model: null);
        world.Wait(TimeSpan.FromSeconds(30));
        world.Pick();
    }

    [Fact]
    public void the_later_of_two_reports_stands_whichever_comes_last()
    {
        var world = new PoolWorld(1);
        var first = world.Pick();
        var second = world.Pick();
        world.Limit(first, 60);
        world.Limit(second, 5);

        world.AllResting().Until.Should().Be(world.Clock.GetUtcNow().AddSeconds(60));
    }

    [Fact]
    public void a_success_does_not_end_a_rate_limit()
    {
        var world = new PoolWorld(1);
        var other = world.Pick();
        world.Limit(world.Pick(), 60);

        world.Pool.Accepted(other);

        world.AllResting();
    }

    [Fact]
    public void a_spend_limit_is_told_to_the_operator_and_benches_nothing()
    {
        var world = new PoolWorld(1);

        world.Pool.RateLimited(world.Pick(), PoolWorld.Model, PoolWorld.Headers(), "enforced_spend_limit_reached").Should().BeNull();

        world.Pick();
        world.Log.Ids.Should().Equal(4204);
    }

    [Fact]
    public void when_one_key_waits_for_its_limit_the_pool_is_rate_limited_until_the_first_is_back()
    {
        var world = new PoolWorld(2);
        world.Pool.Refused(world.Take(world.Keys[0]), 401);
        world.Limit(world.Take(world.Keys[1]), 600);

        world.AllResting().Should().Be(new KeyChoice.AllResting(world.Clock.GetUtcNow() + FiveMinutes, RestReason.RateLimited));
    }

    [Fact]
    public void keys_that_the_call_has_tried_are_left_out()
    {
        var world = new PoolWorld(2);
        var first = world.Pick().Key;
        var second = world.Pick(exclude: first).Key;

        second.Should().NotBeSameAs(first);
        world.Pool.Pick("device-1", PoolWorld.Model, first, second).Should().BeOfType<KeyChoice.NoneLeft>();
    }

    [Fact]
    public void invented_model_names_do_not_make_it_grow()
    {
        var world = new PoolWorld(1);
        for (var i = 0; i < 1_000; i++)
        {
            world.Limit(world.Pick(model: $"claude-{i}"), 60 + i, $"claude-{i}");
        }

        world.Pool.Snapshots().Single().RateLimited.Should().HaveCount(256);
    }

    [Fact]
    public void snapshots_and_log_name_keys_by_fingerprint_only()
    {
        var world = new PoolWorld(2);
        world.Pool.Refused(world.Take(world.Keys[0]), 401);
        world.Limit(world.Take(world.Keys[1]), 30);
        world.Limit(world.Take(world.Keys[1], null), 20, null);

        var now = world.Clock.GetUtcNow();
        world.Pool.Snapshots().Should().BeEquivalentTo(
        [
            new KeySnapshot(world.Keys[0].Fingerprint, KeyState.Refused, now + FiveMinutes, []),
            new KeySnapshot(world.Keys[1].Fingerprint, KeyState.Ready, null,
                [new ModelRest(null, now.AddSeconds(20)), new ModelRest(PoolWorld.Model, now.AddSeconds(30))]),
        ]);
        world.Log.Messages.Should().HaveCount(3).And.OnlyContain(m => !m.Text.Contains("secret", StringComparison.Ordinal));
        world.Pick(model: "claude-b").ToString().Should().NotContain("secret");
    }

    [Fact]
    public void whatever_was_reported_no_resting_key_is_picked_and_the_last_good_one_always_is()
    {
        var report = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 1], Gen.Int[1, 900]);
        Gen.Select(Gen.Int[1, 4], report.Array[0, 40]).Sample(
            (keys, reports) =>
            {
                var world = new PoolWorld(keys);
                var refused = new Dictionary<string, DateTimeOffset>();
                var limited = new Dictionary<(string, string), DateTimeOffset>();
                foreach (var (kind, key, model, seconds) in reports)
                {
                    var name = $"claude-{model}";
                    var target = world.Keys[key % keys];
                    var others = world.Keys.Where(k => k != target).ToArray();
                    if (kind == 0)
                    {
                        world.Wait(TimeSpan.FromSeconds(seconds));
                    }
                    else if (world.Pool.Pick("any", name, others) is KeyChoice.Picked picked)
                    {
                        if (kind == 1)
                        {
                            world.Pool.Refused(picked, 401);
                            var until = world.Pool.Snapshots().Single(s => s.Fingerprint == target.Fingerprint).Until;
                            until.Should().BeOnOrAfter(world.Clock.GetUtcNow() + FiveMinutes);
                            refused[target.Reveal()] = until!.Value;
                        }
                        else
                        {
                            world.Limit(picked, seconds, name);
                            limited[(target.Reveal(), name)] = world.Clock.GetUtcNow().AddSeconds(seconds);
                        }
                    }

                    var now = world.Clock.GetUtcNow();
                    var good = world.Keys.Where(k =>
                        refused.GetValueOrDefault(k.Reveal()) <= now && limited.GetValueOrDefault((k.Reveal(), name)) <= now).ToList();
                    for (var device = 0; device < 5; device++)
                    {
                        switch (world.Pool.Pick($"device-{device}", name))
                        {
                            case KeyChoice.Picked choice:
                                good.Should().Contain(choice.Key);
                                break;
                            case KeyChoice.AllResting resting:
                                good.Should().BeEmpty();
                                resting.Until.Should().BeAfter(now);
                                break;
                            default:
                                Assert.Fail("nothing was excluded");
                                break;
                        }
                    }
                }
            },
            iter: 500,
            threads: 1);
    }
}

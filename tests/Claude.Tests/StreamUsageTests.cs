namespace Latchkey.Claude.Tests;

public class StreamUsageTests
{
    private const string Start =
        """{"type":"message_start","message":{"id":"msg_1","type":"message","model":"claude-opus-5-5","content":[],"stop_reason":null,"usage":{"input_tokens":30,"cache_creation_input_tokens":500,"cache_read_input_tokens":7000,"cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":200},"output_tokens":3,"service_tier":"standard","inference_geo":"us","speed":"fast"}}}""";

    private const string Stop = """{"type":"message_stop"}""";

    [Fact]
    public void all_of_message_start_is_copied()
    {
        var reading = Read(("message_start", Start));

        reading.Model.Should().Be("claude-opus-5-5");
        reading.MessageId.Should().Be("msg_1");
        reading.Usage.Should().Be(new Usage
        {
            InputTokens = 30,
            OutputTokens = 3,
            CacheCreationInputTokens = 500,
            CacheReadInputTokens = 7000,
            CacheCreation5mInputTokens = 300,
            CacheCreation1hInputTokens = 200,
            ServiceTier = "standard",
            InferenceGeo = "us",
            Speed = "fast",
        });
        reading.Usage.PromptTokens.Should().Be(7530);
    }

    [Fact]
    public void the_output_of_message_start_is_only_a_placeholder()
    {
        var reading = Read(("message_start", Start));

        reading.UsageSeen.Should().BeTrue();
        reading.MessageStartSeen.Should().BeTrue();
        reading.OutputIsFinal.Should().BeFalse();
        reading.Complete.Should().BeFalse();
    }

    [Fact]
    public void the_output_of_the_last_message_delta_wins_and_is_final()
    {
        var reading = Read(
            ("message_start", Start),
            ("message_delta", """{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":150}}"""),
            ("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":120}}"""),
            ("message_stop", Stop));

        reading.Usage.OutputTokens.Should().Be(120);
        reading.OutputIsFinal.Should().BeTrue();
        reading.MessageDeltaSeen.Should().BeTrue();
        reading.StopReason.Should().Be("end_turn");
        reading.Complete.Should().BeTrue();
    }

    [Fact]
    public void a_second_message_start_takes_back_nothing()
    {
        var reading = Read(
            ("message_start", Start),
            ("message_delta", """{"usage":{"output_tokens":150}}"""),
            ("message_start", """{"message":{"usage":{"input_tokens":1,"output_tokens":1}}}"""));

        reading.Usage.Should().Match<Usage>(u => u.InputTokens == 30 && u.OutputTokens == 150);
        reading.OutputIsFinal.Should().BeTrue();
        reading.Model.Should().Be("claude-opus-5-5");
    }

    [Fact]
    public void a_delta_without_output_leaves_the_output_unfinal()
    {
        var reading = Read(("message_start", Start), ("message_delta", """{"delta":{},"usage":{"output_tokens":null,"input_tokens":31}}"""));

        reading.Usage.OutputTokens.Should().Be(3);
        reading.Usage.InputTokens.Should().Be(31);
        reading.OutputIsFinal.Should().BeFalse();
    }

    [Fact]
    public void a_delta_may_raise_prompt_counters_but_never_lower_them()
    {
        var reading = Read(
            ("message_start", Start),
            ("message_delta", """{"usage":{"input_tokens":0,"cache_creation_input_tokens":499,"cache_read_input_tokens":9000,"output_tokens":1}}"""));

        reading.Usage.InputTokens.Should().Be(30);
        reading.Usage.CacheCreationInputTokens.Should().Be(500);
        reading.Usage.CacheReadInputTokens.Should().Be(9000);
    }

    [Fact]
    public void counters_are_totals_and_never_added_up()
    {
        var delta = ("message_delta", """{"usage":{"input_tokens":30,"output_tokens":10}}""");

        Read(("message_start", Start), delta, delta, delta).Usage.Should().Match<Usage>(u => u.InputTokens == 30 && u.OutputTokens == 10);
    }

    [Fact]
    public void absent_and_null_counters_of_a_delta_leave_what_is_known()
    {
        var before = Read(("message_start", Start)).Usage;

        var after = Read(
            ("message_start", Start),
            ("message_delta", """{"usage":{"input_tokens":null,"cache_creation_input_tokens":null,"cache_creation":null,"service_tier":null,"server_tool_use":null,"iterations":null}}""")).Usage;

        after.Should().Be(before);
    }

    [Fact]
    public void split_tier_geo_and_speed_follow_a_delta_that_brings_them()
    {
        var usage = Read(
            ("message_start", Start),
            ("message_delta", """{"usage":{"cache_creation_input_tokens":600,"cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":300},"service_tier":"priority","inference_geo":"global","speed":"standard","output_tokens":9}}""")).Usage;

        usage.Should().Match<Usage>(u => u.CacheCreation5mInputTokens == 300 && u.CacheCreation1hInputTokens == 300);
        usage.Should().Match<Usage>(u => u.ServiceTier == "priority" && u.InferenceGeo == "global" && u.Speed == "standard");
    }

    [Theory]
    [InlineData("""{"cache_creation_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}""", 7, 3, 4)]
    [InlineData("""{"cache_creation":{"ephemeral_5m_input_tokens":3,"ephemeral_1h_input_tokens":4}}""", 7, 3, 4)]
    [InlineData("""{"cache_creation_input_tokens":null,"cache_creation":{"ephemeral_1h_input_tokens":4}}""", 4, 0, 4)]
    [InlineData("""{"cache_creation_input_tokens":10}""", 10, 10, 0)]
    [InlineData("""{"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":4}}""", 10, 6, 4)]
    [InlineData("""{"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":40}}""", 10, 0, 10)]
    public void written_tokens_are_an_hour_s_up_to_the_total_and_five_minutes_for_the_rest(string usage, long total, long fiveMinutes, long hour)
    {
        var reading = Read(("message_start", "{\"message\":{\"usage\":" + usage + "}}"));

        reading.Usage.CacheCreationInputTokens.Should().Be(total);
        reading.Usage.CacheCreation5mInputTokens.Should().Be(fiveMinutes);
        reading.Usage.CacheCreation1hInputTokens.Should().Be(hour);
    }

    [Fact]
    public void server_tools_are_counted_by_the_last_word()
    {
        var usage = Read(
            ("message_start", """{"message":{"usage":{"input_tokens":1,"server_tool_use":{"web_search_requests":5,"web_fetch_requests":2}}}}"""),
            ("message_delta", """{"usage":{"server_tool_use":{"web_search_requests":3,"code_execution_requests":1},"output_tokens_details":{"thinking_tokens":44}}}""")).Usage;

        usage.Should().Match<Usage>(u => u.WebSearchRequests == 3 && u.WebFetchRequests == 2 && u.CodeExecutionRequests == 1 && u.ThinkingTokens == 44);
    }

    [Fact]
    public void a_fallback_block_changes_the_serving_model()
    {
        var reading = Read(
            ("message_start", Start),
            ("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"fallback","from":{"model":"claude-opus-5-5"},"to":{"model":"claude-opus-4-8"}}}"""));

        reading.Model.Should().Be("claude-opus-4-8");
    }

    [Fact]
    public void a_tool_called_fallback_does_not_change_the_serving_model()
    {
        var reading = Read(
            ("message_start", Start),
            ("content_block_start", """{"content_block":{"type":"tool_use","name":"fallback","to":{"model":"evil"}}}"""));

        reading.Model.Should().Be("claude-opus-5-5");
    }

    [Fact]
    public void the_last_iterations_win_and_each_keeps_its_own_model_and_split()
    {
        var usage = Read(
            ("message_start", """{"message":{"usage":{"input_tokens":1,"iterations":[{"type":"message","input_tokens":1}]}}}"""),
            ("message_delta", """{"usage":{"output_tokens":2,"iterations":[{"type":"compaction","input_tokens":10,"output_tokens":20,"cache_read_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":8}},{"type":"advisor_message","model":"claude-fable-5-2","output_tokens":7,"future":{"a":[1]}}]}}""")).Usage;

        usage.Iterations.Should().Equal(
            new UsageIteration { Type = "compaction", InputTokens = 10, OutputTokens = 20, CacheReadInputTokens = 5, CacheCreationInputTokens = 8, CacheCreation1hInputTokens = 8 },
            new UsageIteration { Type = "advisor_message", Model = "claude-fable-5-2", OutputTokens = 7 });
    }

    [Fact]
    public void a_refusal_before_any_content_is_flagged()
    {
        var refused = ("message_delta", """{"delta":{"stop_reason":"refusal"},"usage":{"output_tokens":1}}""");

        Read(("message_start", Start), refused).RefusedWithoutOutput.Should().BeTrue();
        Read(("message_start", Start), ("content_block_start", """{"content_block":{"type":"text"}}"""), refused).RefusedWithoutOutput.Should().BeFalse();
        Read(("message_start", Start)).RefusedWithoutOutput.Should().BeFalse();
    }

    [Fact]
    public void delivered_content_is_the_length_of_each_delta_less_its_wrapping()
    {
        var small = """{"type":"content_block_delta","delta":{"type":"text_delta","text":""}}""";
        var large = """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a rather long text, longer than its wrapping"}}""";

        var reading = Read(("content_block_delta", small), ("content_block_delta", large), ("content_block_delta", large), ("ping", large));

        reading.DeliveredContentBytes.Should().Be(2 * (large.Length - 80));
        reading.Events.Should().Be(4);
    }

    [Fact]
    public void thinking_estimates_are_summed()
    {
        var thinking = ("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"","estimated_tokens":50}}""");
        var text = ("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\"estimated_tokens\": 9","estimated_tokens":50}}""");

        Read(thinking, text, thinking).EstimatedThinkingTokens.Should().Be(100);
    }

    [Fact]
    public void the_first_error_is_kept()
    {
        var reading = Read(
            ("message_start", Start),
            ("error", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded","details":{"error_code":"c1"}},"request_id":"req_1"}"""),
            ("error", """{"type":"error","error":{"type":"api_error"}}"""));

        reading.ErrorType.Should().Be("overloaded_error");
        reading.ErrorCode.Should().Be("c1");
        reading.Complete.Should().BeFalse();
    }

    [Theory]
    [InlineData("boom")]
    [InlineData("{}")]
    [InlineData("""{"error":"boom"}""")]
    [InlineData("""{"error":{"type":7}}""")]
    public void an_error_that_cannot_be_read_is_still_an_error(string data) =>
        Read(("error", data)).ErrorType.Should().Be(ClaudeErrors.Unreadable);

    [Fact]
    public void unknown_events_and_pings_are_passed_over()
    {
        var with = Read(("ping", "{}"), ("message_start", Start), ("future_event", Start.Replace("30", "99")), ("message_stop", Stop));

        with.Usage.InputTokens.Should().Be(30);
        with.Skipped.Should().Be(0);
    }

    [Fact]
    public void events_whose_name_was_lost_on_the_way_are_read_by_their_type()
    {
        var reading = Read(("", Start), ("", """{"type":"message_delta","usage":{"output_tokens":12}}"""), ("", Stop));

        reading.Usage.Should().Match<Usage>(u => u.InputTokens == 30 && u.OutputTokens == 12);
        reading.Complete.Should().BeTrue();
    }

    [Fact]
    public void a_broken_event_changes_nothing_and_is_counted()
    {
        var reading = Read(("message_start", Start), ("message_delta", """{"delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":99,"input_tokens":"""));

        reading.Usage.OutputTokens.Should().Be(3);
        reading.StopReason.Should().BeNull();
        reading.MessageDeltaSeen.Should().BeFalse();
        reading.Skipped.Should().Be(1);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("1e300")]
    [InlineData("9223372036854775807")]
    [InlineData("\"12\"")]
    [InlineData("[12]")]
    [InlineData("true")]
    public void a_counter_that_is_none_is_passed_over_and_counted(string value)
    {
        var reading = Read(("message_start", "{\"message\":{\"usage\":{\"input_tokens\":" + value + ",\"cache_read_input_tokens\":8}}}"));

        reading.Usage.InputTokens.Should().Be(0);
        reading.Usage.CacheReadInputTokens.Should().Be(8);
        reading.Skipped.Should().Be(1);
    }

    [Theory]
    [InlineData("12.0")]
    [InlineData("1.2e1")]
    public void a_whole_number_may_be_written_as_a_real_one(string value) =>
        Read(("message_start", "{\"message\":{\"usage\":{\"input_tokens\":" + value + "}}}")).Usage.InputTokens.Should().Be(12);

    [Fact]
    public void a_model_name_that_is_no_text_does_not_cost_the_usage()
    {
        var reading = Read(("message_start", """{"message":{"model":"\ud800","id":{"a":1},"usage":{"input_tokens":4}}}"""));

        reading.Model.Should().BeNull();
        reading.MessageId.Should().BeNull();
        reading.Usage.InputTokens.Should().Be(4);
    }

    [Fact]
    public void an_endless_name_is_not_kept()
    {
        var reading = Read(("message_start", "{\"message\":{\"model\":\"" + new string('m', 300) + "\",\"usage\":{\"input_tokens\":4}}}"));

        reading.Model.Should().BeNull();
        reading.Usage.InputTokens.Should().Be(4);
    }

    [Fact]
    public void iterations_beyond_a_thousand_are_dropped_and_counted()
    {
        var entries = string.Join(',', Enumerable.Repeat("{}", 1030));

        var reading = Read(("message_delta", "{\"usage\":{\"output_tokens\":4,\"iterations\":[" + entries + "]}}"));

        reading.Usage.Iterations.Count.Should().Be(1024);
        reading.Skipped.Should().Be(6);
    }

    [Fact]
    public void an_event_beyond_the_cap_is_skipped_and_the_rest_is_read()
    {
        var large = "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"" + new string('x', 5000) + "\"}}";
        var reader = new StreamUsageReader(maxEventBytes: 1000);

        reader.Read(Sse.Stream(("message_start", Start), ("content_block_delta", large), ("message_delta", """{"usage":{"output_tokens":12}}""")));

        var reading = reader.Complete();
        reading.Skipped.Should().Be(1);
        reading.Events.Should().Be(3);
        reading.DeliveredContentBytes.Should().Be(large.Length - 80);
        reading.Usage.Should().Match<Usage>(u => u.InputTokens == 30 && u.OutputTokens == 12);
    }

    [Fact]
    public void reading_may_be_asked_for_at_any_moment_without_disturbing()
    {
        var stream = Sse.Stream(("message_start", Start), ("message_delta", """{"usage":{"output_tokens":12}}"""), ("message_stop", Stop));
        var reader = new StreamUsageReader();

        foreach (var one in stream)
        {
            reader.Read([one]);
            reader.Complete().Should().Be(reader.Complete());
        }

        reader.Complete().Should().Be(Read(("message_start", Start), ("message_delta", """{"usage":{"output_tokens":12}}"""), ("message_stop", Stop)));
    }

    [Fact]
    public void nothing_read_is_nothing_used()
    {
        new StreamUsageReader().Complete().Should().Be(new UsageReading());
        new StreamUsageReader().Complete().Usage.Should().BeSameAs(Usage.None);
    }

    private static UsageReading Read(params (string Name, string Data)[] events)
    {
        var reader = new StreamUsageReader();
        reader.Read(Sse.Stream(events));
        return reader.Complete();
    }
}

using Latchkey.Simulator.Calls;
using Latchkey.Simulator.Scenarios;
using Latchkey.Simulator.Scripts;
using Latchkey.Simulator.Tokens;

namespace Latchkey.Simulator.Messages;

/// <summary>Decides what the model says and what that is worth.</summary>
internal sealed class ReplyPlanner(PromptCache cache, RequestIds ids)
{
    private const string DefaultText =
        "Hello from the simulator. This answer is made up, deterministic, and streamed in small pieces: äöü, 漢字, 🔑.";

    private const string DefaultThoughts = "The user wants an answer. A short and friendly one will do; nothing needs to be looked up.";
    private const string SearchResultText = "Latchkey hands out wrapper tokens.";
    private const string DefaultFallback = "claude-sonnet-5-5";
    private const string DefaultAdvisor = "claude-opus-5-5";
    private const long AdvisorInputTokens = 40;
    private const long AdvisorOutputTokens = 12;
    private const long CompactionInputTokens = 300;

    /// <summary>The answer that a request and its scenario (or the turn of a script) call for.</summary>
    public Reply Plan(MessageRequest request, Call call, ScriptTurn? turn)
    {
        var scenario = call.Scenario;
        var prompt = cache.Charge(PromptBlocks.Of(request.Json, call.ApiKey, request.Model)) with
        {
            Speed = request.Speed,
            InferenceGeo = request.InferenceGeo ?? "not_available",
        };
        var draft = turn is null ? DraftOf(request, call) : DraftOf(turn);
        var model = scenario.Model ?? draft.FallbackTo ?? request.Model;
        var figures = Weigh(request, prompt, draft);
        var named = scenario.Usage ?? turn?.Usage;
        var start = figures with
        {
            InputTokens = prompt.InputTokens,
            OutputTokens = Math.Min(1, figures.OutputTokens),
            ThinkingTokens = null,
            WebSearchRequests = null,
            Iterations = [],
        };
        if (named is { } fields)
        {
            figures = figures.With(fields);
            start = start.With(fields) with
            {
                OutputTokens = start.OutputTokens,
                ThinkingTokens = null,
                WebSearchRequests = null,
                WebFetchRequests = null,
                Iterations = [],
            };
        }

        return new Reply
        {
            Id = ids.Next("msg_"),
            FirstModel = scenario.Model ?? request.Model,
            Model = model,
            Blocks = draft.Blocks,
            StopReason = scenario.StopReason ?? turn?.StopReason ?? draft.StopReason(request.MaxTokens),
            StartUsage = start,
            Usage = figures,
            NamedUsage = named,
        };
    }

    private static UsageFigures Weigh(MessageRequest request, UsageFigures prompt, Draft draft)
    {
        var figures = prompt with
        {
            InputTokens = prompt.InputTokens + draft.ExtraInputTokens,
            OutputTokens = draft.OutputTokens,
            ThinkingTokens = draft.ThinkingTokens,
            WebSearchRequests = draft.Searches == 0 ? null : draft.Searches,
        };
        var message = UsageIteration.Of(UsageIteration.Message, null, figures);
        if (draft.FallbackTo is { } to)
        {
            var declined = UsageIteration.Of(UsageIteration.Message, request.Model, prompt);
            return figures with { Iterations = [declined, message with { Type = UsageIteration.FallbackMessage, Model = to }] };
        }

        var iterations = new List<UsageIteration>();
        if (draft.CompactionTokens is { } compacted)
        {
            iterations.Add(new UsageIteration(UsageIteration.Compaction, null) { InputTokens = CompactionInputTokens, OutputTokens = compacted });
        }

        iterations.Add(message);
        if (draft.Advised)
        {
            iterations.Add(new UsageIteration(UsageIteration.AdvisorMessage, request.AdvisorModel() ?? DefaultAdvisor)
            {
                InputTokens = AdvisorInputTokens,
                OutputTokens = AdvisorOutputTokens,
            });
        }

        return iterations.Count == 1 ? figures : figures with { Iterations = iterations };
    }

    private Draft DraftOf(ScriptTurn turn)
    {
        var draft = new Draft(long.MaxValue);
        foreach (var block in turn.Blocks)
        {
            if (block is ScriptBlock.Text text)
            {
                draft.AddText(text.Value, cited: false);
            }
            else if (block is ScriptBlock.Thinking thinking)
            {
                draft.AddThinking(thinking.Value, omitted: false, withEstimates: false);
            }
            else
            {
                var use = (ScriptBlock.ToolUse)block;
                draft.AddToolUse(use.Id ?? ids.Next("toolu_"), use.Name, use.Input);
            }
        }

        return draft;
    }

    private Draft DraftOf(MessageRequest request, Call call)
    {
        var scenario = call.Scenario;
        var draft = new Draft(request.MaxTokens);
        foreach (var kind in scenario.Content ?? (request.Thinks ? [ContentKind.Thinking, ContentKind.Text] : [ContentKind.Text]))
        {
            switch (kind)
            {
                case ContentKind.Thinking:
                    var thoughts = scenario.ThinkingTokens is { } size ? Filler(size) : DefaultThoughts;
                    draft.AddThinking(thoughts, request.ThinkingOmitted, call.HasBeta("thinking-token-count"));
                    break;
                case ContentKind.Text:
                    draft.AddText(TextOf(scenario, call.ApiKey), cited: false);
                    break;
                case ContentKind.Citations:
                    draft.AddText(SearchResultText, cited: true);
                    break;
                case ContentKind.ToolUse:
                    draft.AddToolUse(
                        ids.Next("toolu_"), request.FirstClientTool() ?? "get_weather", """{"location":"Zürich","unit":"celsius","days":3}""");
                    break;
                case ContentKind.WebSearch:
                    draft.AddSearch(ids.Next("srvtoolu_"), TokenEstimate.OfText(SearchResultText));
                    break;
                case ContentKind.Advisor:
                    draft.AddAdvisor(ids.Next("srvtoolu_"));
                    break;
                case ContentKind.Compaction:
                    draft.AddCompaction("Earlier: the user said hello.");
                    break;
                case ContentKind.Fallback:
                    draft.AddFallback(request.Model, request.FallbackModel() ?? DefaultFallback);
                    break;
            }
        }

        return draft;
    }

    private static string TextOf(Scenario scenario, string apiKey)
    {
        var tokens = scenario.OutputTokens ?? scenario.Events;
        var text = scenario.Text ?? (tokens is null ? DefaultText : Filler(tokens.Value));
        return scenario.EchoSecrets ? $"{text} (called with {apiKey})" : text;
    }

    // Four characters a token, so that a text of n tokens is worth n exactly.
    private static string Filler(int tokens) =>
        string.Create(tokens * TokenEstimate.BytesPerToken, 0, static (span, _) =>
        {
            const string Pattern = "all is well and so on in words of ascii; ";
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Pattern[i % Pattern.Length];
            }
        });

    /// <summary>An answer in the making: blocks, and what they are worth, within max_tokens.</summary>
    private sealed class Draft(long maxTokens)
    {
        private bool _cut;

        public List<ReplyBlock> Blocks { get; } = [];

        public long OutputTokens { get; private set; }

        public long? ThinkingTokens { get; private set; }

        public long Searches { get; private set; }

        public long ExtraInputTokens { get; private set; }

        public long? CompactionTokens { get; private set; }

        public string? FallbackTo { get; private set; }

        public bool Advised { get; private set; }

        public string StopReason(long limit) =>
            _cut || OutputTokens > limit ? "max_tokens" : Blocks is [.., ReplyBlock.ToolUse { Type: "tool_use" }] ? "tool_use" : "end_turn";

        public void AddText(string text, bool cited)
        {
            var fitted = Fit(text);
            OutputTokens += TokenEstimate.OfText(fitted);
            Blocks.Add(new ReplyBlock.Text(fitted, cited));
        }

        public void AddThinking(string text, bool omitted, bool withEstimates)
        {
            var fitted = Fit(text);
            var tokens = TokenEstimate.OfText(fitted);
            ThinkingTokens = (ThinkingTokens ?? 0) + tokens;
            OutputTokens += tokens;
            Blocks.Add(new ReplyBlock.Thinking(fitted, omitted, withEstimates));
        }

        public void AddToolUse(string id, string name, string input)
        {
            OutputTokens += TokenEstimate.OfText(input);
            Blocks.Add(new ReplyBlock.ToolUse("tool_use", id, name, input));
        }

        public void AddSearch(string id, long resultTokens)
        {
            const string Query = """{"query":"latchkey wrapper tokens"}""";
            Searches++;
            OutputTokens += TokenEstimate.OfText(Query);
            // What a search finds is read by the model: the prompt has grown by the time of message_delta.
            ExtraInputTokens += resultTokens;
            Blocks.Add(new ReplyBlock.ToolUse("server_tool_use", id, "web_search", Query));
            Blocks.Add(new ReplyBlock.SearchResult(id));
        }

        public void AddAdvisor(string id)
        {
            Advised = true;
            Blocks.Add(new ReplyBlock.ToolUse("server_tool_use", id, "advisor", "{}"));
            Blocks.Add(new ReplyBlock.AdvisorResult(id, "Keep it short."));
        }

        public void AddCompaction(string summary)
        {
            CompactionTokens = TokenEstimate.OfText(summary);
            Blocks.Add(new ReplyBlock.Compaction(summary));
        }

        public void AddFallback(string from, string to)
        {
            FallbackTo = to;
            Blocks.Add(new ReplyBlock.Fallback(from, to));
        }

        private string Fit(string text)
        {
            var left = Math.Max(0, maxTokens - OutputTokens);
            if (TokenEstimate.OfText(text) <= left)
            {
                return text;
            }

            _cut = true;
            return TokenEstimate.Fit(text, left);
        }
    }
}

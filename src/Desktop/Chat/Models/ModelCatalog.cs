using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Anthropic.Models.Models;
using Latchkey.Client;

namespace Latchkey.Desktop.Chat.Models;

/// <summary>
/// The models that the person may pick: Anthropic's list, narrowed to what the token allows. Asked for when it is needed, kept for a while.
/// </summary>
internal sealed class ModelCatalog : IDisposable
{
    private const int MostPages = 5;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FallbackFresh = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly LatchkeyClient _latchkey;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelCatalog> _logger;
    private readonly AnthropicClient _client;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Kept? _kept;

    public ModelCatalog(LatchkeyClient latchkey, TimeProvider time, ILogger<ModelCatalog> logger)
    {
        _latchkey = latchkey;
        _time = time;
        _logger = logger;
        _client = new AnthropicClient(new ClientOptions
        {
            HttpClient = latchkey.CreateHttpClient(),
            BaseUrl = "http://latchkey.invalid",
            ApiKey = "replaced-on-the-way",
            MaxRetries = 0,
            Timeout = Patience,
        });
        latchkey.StatusChanged += OnStatusChanged;
    }

    /// <summary>Raised, on no particular thread, when the list at hand may be out of date.</summary>
    public event Action? Changed;

    /// <summary>The list at hand, or a new one. Never throws but on cancellation.</summary>
    public async Task<ModelList> ListAsync(CancellationToken cancellationToken)
    {
        if (_kept is { } kept && IsFresh(kept))
        {
            return kept.List;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_kept is { } meanwhile && IsFresh(meanwhile))
            {
                return meanwhile.List;
            }

            var list = await AskAsync(cancellationToken);
            _kept = new Kept(list, _time.GetTimestamp());
            return list;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The model for a question: the wanted one where the list has it, or can't be had; else the best there is.</summary>
    public async Task<ModelChoice> ChooseAsync(string? wanted, CancellationToken cancellationToken)
    {
        var list = await ListAsync(cancellationToken);
        if (KnownModels.Find(list.Choices, wanted) is { } found)
        {
            return found;
        }

        // What the person picked stays picked, though it isn't on the list: whoever answers says best why it can't be had.
        return wanted is not null
            ? new ModelChoice(wanted, KnownModels.NameOf(wanted), ModelChoice.UsualLongestAnswer)
            : KnownModels.Best(list.Choices) ?? KnownModels.Best(KnownModels.Allowed(null))!;
    }

    public void Dispose()
    {
        _latchkey.StatusChanged -= OnStatusChanged;
        _client.Dispose();
        _turn.Dispose();
    }

    private async Task<ModelList> AskAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string>? allowed = null;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            allowed = (await _latchkey.GetAccessAsync(patience.Token)).Models;
            var choices = new List<ModelChoice>();
            var page = await _client.Models.List(new ModelListParams { Limit = 1000 }, patience.Token);
            for (var pages = 1; ; pages++)
            {
                var listed = page.Items.Where(m => m.Lifecycle?.Raw() != "retired" && KnownModels.Allows(allowed, m.ID));
                choices.AddRange(listed.Select(ChoiceOf));
                if (!page.HasNext() || pages == MostPages)
                {
                    break;
                }

                page = (ModelListPage)await page.Next(patience.Token);
            }

            if (choices.Count > 0)
            {
                return new ModelList(choices, IsFallback: false);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && exception is AnthropicException or HttpRequestException or IOException or OperationCanceledException)
        {
            _logger.ModelListUnavailable(Answers.TroubleWords.ForLog(exception));
        }

        return new ModelList(KnownModels.Allowed(allowed), IsFallback: true);
    }

    private static ModelChoice ChoiceOf(ModelInfo model) => new(
        model.ID,
        string.IsNullOrWhiteSpace(model.DisplayName) ? KnownModels.NameOf(model.ID) : model.DisplayName,
        Math.Min(ModelChoice.UsualLongestAnswer, model.MaxTokens ?? ModelChoice.UsualLongestAnswer));

    private bool IsFresh(Kept kept) => _time.GetElapsedTime(kept.At) < (kept.List.IsFallback ? FallbackFresh : Fresh);

    /// <summary>Another way to Claude may have other models.</summary>
    private void OnStatusChanged(object? sender, LatchkeyStatus status)
    {
        if (status.State is LatchkeyState.Ready or LatchkeyState.Direct or LatchkeyState.Disabled && _lastState != status.State)
        {
            _kept = null;
            Changed?.Invoke();
        }

        _lastState = status.State;
    }

    private LatchkeyState? _lastState;

    private sealed record Kept(ModelList List, long At);
}

using Latchkey.Client;
using Latchkey.Desktop.Chat.Conversations;
using Latchkey.Desktop.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Latchkey.Desktop.Chat.Views;

/// <summary>The one page: the conversations, the one that is open, and what lies over it.</summary>
public sealed partial class ChatPage
{
    private const string Answering = "Claude is answering.";

    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<Conversation> _conversations = [];
    private IReadOnlyList<Message> _messages = [];
    private Conversation? _conversation;
    private Told? _told;
    private Conversation? _renamed;
    private Panel _panel;
    private bool _sidebarOpen;
    private string _announcement = "";
    private string? _nextModel;
    private string? _shownModel;
    private long? _awaited;
    private MessageList? _list;
    private Composer? _composer;
    private IJSObjectReference? _module;
    private IJSObjectReference? _keys;
    private DotNetObjectReference<ChatPage>? _self;

    /// <summary>The conversation that is open; null for one that isn't there yet.</summary>
    [Parameter]
    public long? Id { get; set; }

    private bool IsAnswering => Id is { } id && Desk.IsAnswering(id);

    private string? ChosenModel => _conversation is null ? _nextModel ?? Preferences.Current.DefaultModel : _conversation.Model;

    private long LastQuestionId => _messages.LastOrDefault(m => m.Speaker == Speaker.Person)?.Id ?? 0;

    /// <summary>Nobody has said yet how to get to Claude.</summary>
    private bool IsUnset => Latchkey.Status is { State: LatchkeyState.Disabled, BaseUrl: null };

    /// <summary>Called by the page's script.</summary>
    [JSInvokable]
    public async Task PressedAsync(string keys)
    {
        switch (keys)
        {
            case "new":
                await NewAsync();
                break;
            case "search":
                Show(Panel.Search);
                break;
            case "settings":
                Show(Panel.Settings);
                break;
            case "shortcuts":
                Show(Panel.Shortcuts);
                break;
            case "escape" when _sidebarOpen:
                HideSidebar();
                break;
            case "escape":
                Stop();
                break;
        }

        StateHasChanged();
    }

    /// <summary>Called by the page's script when a link of an answer was clicked.</summary>
    [JSInvokable]
    public async Task FollowAsync(string address)
    {
        if (!OutsideLink.Open(address))
        {
            await TellAsync("This link can't be opened from here.");
        }
    }

    protected override void OnInitialized()
    {
        Book.Changed += OnBookChanged;
        Preferences.Changed += OnChanged;
        Latchkey.StatusChanged += OnStatusChanged;
        _conversations = Book.List();
    }

    protected override void OnParametersSet()
    {
        _conversation = Id is { } id ? Book.Find(id) : null;
        if (Id is not null && _conversation is null)
        {
            Navigation.NavigateTo("/", replace: true);
            return;
        }

        _messages = _conversation is null ? [] : Book.Messages(_conversation.Id);
        _awaited = IsAnswering ? Id : null;
        _announcement = IsAnswering ? Answering : "";
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./Chat/Views/ChatPage.razor.js");
            _self = DotNetObjectReference.Create(this);
            _keys = await _module.InvokeAsync<IJSObjectReference>("start", _self);
        }
    }

    /// <summary>True when the question was taken.</summary>
    private async Task<bool> SendAsync(string text)
    {
        if (Desk.Ask(Id, text, Id is null ? _nextModel ?? _shownModel : null) is not { } id)
        {
            return false;
        }

        _nextModel = null;
        if (Id != id)
        {
            Navigation.NavigateTo($"/c/{id}");
        }

        if (_list is not null)
        {
            await _list.ToEndAsync();
        }

        return true;
    }

    private async Task AskAgainAsync()
    {
        if (Id is { } id)
        {
            Desk.AskAgain(id);
            await FocusComposerAsync();
        }
    }

    private async Task AskInsteadAsync(Message question, string text)
    {
        Desk.AskInstead(question, text);
        await FocusComposerAsync();
    }

    private Task<bool> ContinueAsync() => SendAsync("Continue where you stopped.");

    private void Stop()
    {
        if (Id is { } id)
        {
            Desk.Stop(id);
        }
    }

    private void ChooseModel(string? model)
    {
        if (_conversation is null)
        {
            _nextModel = model;
        }
        else
        {
            Book.SetModel(_conversation.Id, model);
        }
    }

    private async Task NewAsync()
    {
        _panel = Panel.None;
        HideSidebar();
        Navigation.NavigateTo("/");
        await FocusComposerAsync();
    }

    private async Task OpenAsync(long id)
    {
        HideSidebar();
        Navigation.NavigateTo($"/c/{id}");
        await FocusComposerAsync();
    }

    private void BeginRename(Conversation conversation)
    {
        _renamed = conversation;
        Show(Panel.Rename);
    }

    private async Task DeleteAsync(Conversation conversation)
    {
        Desk.Stop(conversation.Id);
        Book.Delete(conversation.Id);
        if (conversation.Id == Id)
        {
            await NewAsync();
        }

        _ = TellAsync($"Deleted “{conversation.Title}”.", conversation);
    }

    /// <summary>Shows a sentence for a while; with a deleted conversation, a way to have it back too.</summary>
    private async Task TellAsync(string sentence, Conversation? deleted = null)
    {
        var told = new Told(sentence, deleted);
        _told = told;
        StateHasChanged();
        try
        {
            await Task.Delay(ConversationBook.UndoTime, Time, _gone.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (_told == told)
        {
            _told = null;
            StateHasChanged();
        }
    }

    private async Task RestoreAsync(Conversation conversation)
    {
        _told = null;
        if (Book.Restore(conversation.Id))
        {
            await OpenAsync(conversation.Id);
        }
    }

    private void Show(Panel panel)
    {
        HideSidebar();
        _panel = panel;
    }

    private void Closed() => _panel = Panel.None;

    private void ShowSidebar() => _sidebarOpen = true;

    private void HideSidebar() => _sidebarOpen = false;

    private async Task FocusComposerAsync()
    {
        if (_composer is not null)
        {
            await _composer.FocusAsync();
        }
    }

    private void OnChanged() => _ = InvokeAsync(StateHasChanged);

    private void OnStatusChanged(object? sender, LatchkeyStatus status) => OnChanged();

    private void OnBookChanged() => _ = InvokeAsync(() =>
    {
        _conversations = Book.List();
        _conversation = Id is { } id ? Book.Find(id) : null;
        _messages = _conversation is null ? [] : Book.Messages(_conversation.Id);
        Announce();
        StateHasChanged();
    });

    /// <summary>Tells those who can't see it that an answer is there: once it is, and not with every word of it.</summary>
    private void Announce()
    {
        var awaited = _awaited;
        _awaited = IsAnswering ? Id : null;
        if (_awaited is not null)
        {
            _announcement = Answering;
        }
        else if (awaited is not null && awaited == Id && _messages is [.., { Speaker: Speaker.Claude } answer])
        {
            _announcement = Announcement.Of(answer);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Book.Changed -= OnBookChanged;
        Preferences.Changed -= OnChanged;
        Latchkey.StatusChanged -= OnStatusChanged;
        await _gone.CancelAsync();
        _gone.Dispose();
        await _keys.ReleaseAsync();
        await _module.ReleaseAsync();
        _self?.Dispose();
    }

    private sealed record Told(string Sentence, Conversation? Deleted);
}

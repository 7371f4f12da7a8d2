using Latchkey.Simulator.Messages;

namespace Latchkey.Simulator.Scripts;

/// <summary>The scripts in force, and how far each conversation has come.</summary>
internal sealed class ScriptBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _turnsTaken = [];
    private IReadOnlyList<Script> _scripts = [];

    /// <summary>Replaces every script; conversations start anew.</summary>
    public void Set(params IEnumerable<Script> scripts)
    {
        lock (_gate)
        {
            _scripts = [.. scripts];
            _turnsTaken.Clear();
        }
    }

    public void Clear() => Set();

    /// <summary>The next turn of the conversation that a request belongs to; null when no script is for it or it has ended.</summary>
    /// <param name="request">Its assistant turns or its first user text say which turn of which conversation.</param>
    /// <param name="sessionId">Tells conversations apart where turns are taken in order; empty: the first user text does.</param>
    public ScriptTurn? Next(MessageRequest request, string sessionId)
    {
        lock (_gate)
        {
            for (var i = 0; i < _scripts.Count; i++)
            {
                if (IsFor(_scripts[i], request))
                {
                    var turn = _scripts[i].InOrder
                        ? Take_NeedsLock($"{i} {(sessionId.Length > 0 ? sessionId : request.FirstUserText)}")
                        : request.AssistantTurns;
                    return turn < _scripts[i].Turns.Count ? _scripts[i].Turns[turn] : null;
                }
            }

            return null;
        }
    }

    private static bool IsFor(Script script, MessageRequest request) =>
        (script.Model is null || script.Model == request.Model)
        && (script.FirstUserTextContains is null
            || request.FirstUserText.Contains(script.FirstUserTextContains, StringComparison.Ordinal));

    private int Take_NeedsLock(string conversation)
    {
        var taken = _turnsTaken.GetValueOrDefault(conversation);
        _turnsTaken[conversation] = taken + 1;
        return taken;
    }
}

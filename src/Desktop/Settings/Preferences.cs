using Latchkey.Desktop.Storage;

namespace Latchkey.Desktop.Settings;

/// <summary>The person's choices, kept in the app's file. Thread-safe.</summary>
internal sealed class Preferences
{
    private const string ThemeName = "theme";
    private const string DefaultModelName = "default_model";
    private const string SystemPromptName = "system_prompt";

    private readonly DesktopDatabase _database;
    private readonly Lock _lock = new();
    private volatile PreferenceSet _current;

    public Preferences(DesktopDatabase database)
    {
        _database = database;
        _current = new PreferenceSet
        {
            Theme = Enum.TryParse<Theme>(Read(ThemeName), out var theme) && Enum.IsDefined(theme) ? theme : Theme.System,
            DefaultModel = Read(DefaultModelName),
            SystemPrompt = Read(SystemPromptName),
        };
    }

    /// <summary>Raised, on no particular thread, when <see cref="Current"/> has been replaced.</summary>
    public event Action? Changed;

    public PreferenceSet Current => _current;

    public void Change(Func<PreferenceSet, PreferenceSet> change)
    {
        lock (_lock)
        {
            var next = change(_current);
            Write(ThemeName, next.Theme == Theme.System ? null : next.Theme.ToString());
            Write(DefaultModelName, next.DefaultModel);
            Write(SystemPromptName, string.IsNullOrWhiteSpace(next.SystemPrompt) ? null : next.SystemPrompt);
            _current = next;
        }

        Changed?.Invoke();
    }

    private string? Read(string name) =>
        _database.Use(c => c.Scalar<string>("SELECT value FROM preference WHERE name = $name", ("$name", name)));

    private void Write(string name, string? value) => _database.Use(c => value is null
        ? c.Execute("DELETE FROM preference WHERE name = $name", ("$name", name))
        : c.Execute(
            "INSERT INTO preference (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = $value",
            ("$name", name), ("$value", value)));
}

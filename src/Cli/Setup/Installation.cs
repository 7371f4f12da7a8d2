using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Latchkey.Cli.Output;
using Latchkey.Cli.Run;
using Latchkey.Client.Secrets;

namespace Latchkey.Cli.Setup;

/// <summary>Sets up one settings file, and takes that back.</summary>
/// <param name="file">The file, links not yet followed.</param>
/// <param name="within">A folder that links mustn't lead out of; null where they may.</param>
/// <param name="folder">Where the record is kept.</param>
/// <param name="newMode">The mode of a file that is made new; null: as the system gives it.</param>
/// <param name="time">For the backup's name.</param>
internal sealed class Installation(string file, string? within, string folder, UnixFileMode? newMode, TimeProvider time)
{
    private const uint Administrator = 0;

    /// <summary>Makes the file as it is wanted; does nothing when it is.</summary>
    public Outcome Apply(IReadOnlyList<Wanted> wanted, bool dryRun)
    {
        var document = Open();
        if (ClaudeCodeSettings.LoginRules.FirstOrDefault(document.Settings.ContainsKey) is { } rule)
        {
            throw new CommandException(
                ExitCode.Failed, $"{document.Path} sets {rule}, with which Claude Code takes no key of a helper.", "Take it out first.");
        }

        if (document.Settings.TryGetPropertyValue(ClaudeOverlay.Env, out var env) && env is not JsonObject)
        {
            throw new CommandException(ExitCode.Failed, $"{document.Path}: env isn't an object.", "Mend it first; it is left as it is.");
        }

        var earlier = SetupRecord.Read(folder, document.Path);
        var settings = document.Settings.DeepClone().AsObject();
        var replaced = SettingsEdit.Apply(settings, wanted, earlier?.Replaced ?? []);
        var changed = replaced.Where(r => !Equals(r.Key.Read(document.Settings), r.After)).ToList();
        if (changed.Count == 0 || dryRun)
        {
            return new Outcome(document.Path, Backup: null, changed, Left: []);
        }

        var bytes = document.Styled(settings);
        var backup = document.BackUp(time.GetUtcNow());
        new SetupRecord
        {
            File = document.Path,
            CreatedFile = earlier?.CreatedFile ?? document.Bytes is null,
            CreatedEnv = earlier?.CreatedEnv ?? env is null,
            // An edit between two runs is in no copy of the file as it was before the first.
            Backup = earlier is null ? backup : IsAsLeft(document, earlier) ? earlier.Backup : null,
            Hash = SetupRecord.HashOf(bytes),
            Keys = [.. replaced.Select(RecordedKey.Of)],
        }.Write(folder);
        WholeFile.Write(document.Path, bytes, document.Bytes is null ? newMode : WholeFile.ModeOf(document.Path));
        return new Outcome(document.Path, backup, changed, Left: []);
    }

    /// <summary>Takes back what was changed; null when nothing was.</summary>
    public Outcome? Undo(bool dryRun)
    {
        var document = Open();
        if (SetupRecord.Read(folder, document.Path) is not { } record)
        {
            return null;
        }

        var settings = document.Settings.DeepClone().AsObject();
        var left = SettingsEdit.Undo(settings, record.Replaced);
        var changed = record.Replaced.Where(r => !left.Contains(r.Key)).Select(r => new Replaced(r.Key, r.After, r.Before)).ToList();
        if (dryRun)
        {
            return new Outcome(document.Path, Backup: null, changed, left);
        }

        if (record.CreatedEnv && settings[ClaudeOverlay.Env] is JsonObject { Count: 0 })
        {
            settings.Remove(ClaudeOverlay.Env);
        }

        var backup = Restore(document, record, settings);
        record.Delete(folder);
        return new Outcome(document.Path, backup, changed, left);
    }

    /// <summary>Nobody has touched it since: it becomes what it was, to the byte. Else only the keys do.</summary>
    private string? Restore(SettingsDocument document, SetupRecord record, JsonObject settings)
    {
        if (document.Bytes is null)
        {
            return null;
        }

        if (record.CreatedFile && settings.Count == 0)
        {
            File.Delete(document.Path);
            return null;
        }

        var untouched = IsAsLeft(document, record);
        var bytes = untouched && record.Backup is { } original && File.Exists(original) ? File.ReadAllBytes(original) : document.Styled(settings);
        var backup = untouched ? null : document.BackUp(time.GetUtcNow());
        WholeFile.Write(document.Path, bytes, WholeFile.ModeOf(document.Path));
        return backup;
    }

    private static bool IsAsLeft(SettingsDocument document, SetupRecord record) =>
        document.Bytes is { } bytes && SetupRecord.HashOf(bytes) == record.Hash;

    private SettingsDocument Open()
    {
        if (within is not null && !RealPath.IsWithin(file, within))
        {
            throw new CommandException(ExitCode.Failed, $"{file} is a link out of {within}, to {RealPath.Of(file)}.", "It is left alone.");
        }

        var document = SettingsDocument.Open(file);
        if (!OperatingSystem.IsWindows() && UnixEntry.CurrentUser == Administrator && OwnerOf(document.Path) is { } owner and not Administrator)
        {
            throw new CommandException(
                ExitCode.Failed, $"{document.Path} belongs to another user ({owner}), who couldn't change it any more.", "Run this as that user.");
        }

        return document;
    }

    /// <summary>The user of a file or, where there is none yet, of the folder that it will be in.</summary>
    [UnsupportedOSPlatform("windows")]
    private static uint? OwnerOf(string path)
    {
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
        {
            if (UnixEntry.Find(at) is { } entry)
            {
                return entry.Owner;
            }
        }

        return null;
    }
}

/// <summary>What was done to a file, or would be.</summary>
/// <param name="File">The file itself.</param>
/// <param name="Backup">A copy of it as it was; null when none was made.</param>
/// <param name="Changed">The keys that changed.</param>
/// <param name="Left">Keys that somebody has changed since, and that are left so.</param>
internal sealed record Outcome(string File, string? Backup, IReadOnlyList<Replaced> Changed, IReadOnlyList<SettingsKey> Left);

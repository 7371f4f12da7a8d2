using System.Globalization;

namespace Latchkey.Cli.Output;

/// <summary>Times as people read them.</summary>
internal static class Instants
{
    /// <summary>In local time, with how long that is from now: <c>2026-11-26 00:28 (in 23 h 59 min)</c>.</summary>
    public static string Text(DateTimeOffset instant, TimeProvider time)
    {
        var local = TimeZoneInfo.ConvertTime(instant, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var left = instant - time.GetUtcNow();
        return left >= TimeSpan.Zero ? $"{local} (in {Length(left)})" : $"{local} ({Length(-left)} ago)";
    }

    /// <summary>In its two largest units: <c>2 d 3 h</c>, <c>59 min</c>, <c>8 s</c>.</summary>
    public static string Length(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => Two((int)span.TotalDays, "d", span.Hours, "h"),
        { TotalHours: >= 1 } => Two((int)span.TotalHours, "h", span.Minutes, "min"),
        { TotalMinutes: >= 1 } => Two((int)span.TotalMinutes, "min", span.Seconds, "s"),
        _ => $"{(int)span.TotalSeconds} s",
    };

    private static string Two(int large, string unit, int small, string smallUnit) =>
        small == 0 ? $"{large} {unit}" : $"{large} {unit} {small} {smallUnit}";
}

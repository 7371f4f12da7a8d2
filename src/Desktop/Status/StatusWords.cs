using System.Globalization;
using Latchkey.Client;

namespace Latchkey.Desktop.Status;

/// <summary>How a state looks, and what can be said of it beside its own words.</summary>
internal static class StatusWords
{
    /// <summary>A class of the chip: <c>good</c>, <c>busy</c>, <c>aside</c> or <c>bad</c>.</summary>
    public static string ToneOf(LatchkeyStatus status) => status.State switch
    {
        LatchkeyState.Ready => "good",
        LatchkeyState.Bootstrapping or LatchkeyState.Refreshing => "busy",
        LatchkeyState.Direct => "aside",
        LatchkeyState.Disabled => status.BaseUrl is null ? "bad" : "aside",
        _ => "bad",
    };

    /// <summary>The state in a word or three, for a narrow window.</summary>
    public static string ShortOf(LatchkeyStatus status) => status.State switch
    {
        LatchkeyState.Ready => "Ready",
        LatchkeyState.Bootstrapping => "Connecting",
        LatchkeyState.Refreshing => "Renewing",
        LatchkeyState.Direct => "Past the gateway",
        LatchkeyState.Disabled => status.BaseUrl is null ? "Not set up" : "Your own key",
        _ => "No connection",
    };

    /// <summary>What the chip says: the ready state's own words, the short ones of the others.</summary>
    public static string ChipOf(LatchkeyStatus status) => status.State == LatchkeyState.Ready ? status.Message : ShortOf(status);

    /// <summary>What the panel explains beyond the message; null when that says all.</summary>
    public static string? MoreOf(LatchkeyStatus status) => status.State switch
    {
        LatchkeyState.Ready => "Calls go through the gateway, with a token that is renewed by itself.",
        LatchkeyState.Refreshing => "Calls go on with the token at hand.",
        LatchkeyState.Direct => "You are past the gateway, with your own key: its budgets and records don't apply.",
        LatchkeyState.Disabled when status.BaseUrl is not null => "No gateway is used here.",
        _ => null,
    };

    /// <summary>A span in words: "12 minutes".</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 90 } => Count(span.TotalSeconds, "second"),
        { TotalMinutes: < 90 } => Count(span.TotalMinutes, "minute"),
        { TotalHours: < 36 } => Count(span.TotalHours, "hour"),
        _ => Count(span.TotalDays, "day"),
    };

    private static string Count(double number, string what)
    {
        var whole = Math.Max(0, Math.Round(number));
        return string.Create(CultureInfo.InvariantCulture, $"{whole:0} {what}{(whole == 1 ? "" : "s")}");
    }
}

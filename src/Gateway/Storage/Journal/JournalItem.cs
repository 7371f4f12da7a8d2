using Latchkey.Gateway.DataPath.Settle;

namespace Latchkey.Gateway.Storage.Journal;

/// <summary>Something to write.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Entry">The row.</param>
/// <param name="Events">What others are told of it.</param>
/// <param name="OnlyIfOpen">It is of no use once its exchange has settled.</param>
internal readonly record struct JournalItem(JournalRecordKind Kind, UsageEntry Entry, IReadOnlyList<LedgerEvent> Events, bool OnlyIfOpen = false);

using Latchkey.Claude;
using Latchkey.Gateway.DataPath.Authorize;
using Latchkey.Gateway.DataPath.Forward;
using Latchkey.Gateway.DataPath.Forward.Breaker;
using Latchkey.Gateway.DataPath.Settle;
using Latchkey.Gateway.Storage.Journal;

namespace Latchkey.Gateway.Benchmarks.Steps;

internal static class SettleSteps
{
    public static IEnumerable<Step> All()
    {
        var clock = new StillClock();
        var authorization = new Authorization(clock);
        var permit = authorization.LetIn();
        var measured = MeasureSteps.Read("text/event-stream", Answers.Stream())();
        var outcome = new Outcome(Ending.Completed, Fault.None)
        {
            UpstreamStatus = 200,
            UpstreamRequestId = "req_011CabcdEFGHijklMNOPqrst",
            KeyFingerprint = "0a1b2c3d",
            FirstByteTicks = clock.GetTimestamp(),
        };
        var rows = new UsageRow(new PriceBooks(PriceBook.Default), clock);
        yield return new Step("settle: row", () => rows.Of(authorization.Request, permit, measured, outcome));

        var entry = rows.Of(authorization.Request, permit, measured, outcome);
        var journal = new JournalBuffer();
        yield return new Step("settle: record of the journal", () =>
        {
            RowWriter.Write(journal, entry, []);
            journal.Forget(journal.Count);
            return journal;
        });

        var log = new LineLogger(clock);
        yield return new Step("settle: line of the log", () =>
        {
            log.Settled(entry);
            return log;
        });
    }
}

using Latchkey.Load;
using Latchkey.Load.Peers;
using Latchkey.Load.Reporting;

return args switch
{
    ["yarp", var port, var upstream] => await YarpProcess.RunAsync(port, new Uri(upstream)),
    ["no-ledger", ..] => await NoLedgerProcess.RunAsync(args[1..]),
    ["report", var results, var docs] => Page.Write(results, docs),
    _ when BenchOptions.Parse(args) is { } options => await Bench.RunAsync(options),
    _ => BenchOptions.Usage(),
};

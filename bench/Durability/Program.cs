using Latchkey.Durability;

return args switch
{
    ["upstream"] => await UpstreamProcess.RunAsync(),
    ["gateway", var keeps, var upstream, var folder] => await GatewayProcess.RunAsync(bool.Parse(keeps), upstream, folder),
    _ when BenchOptions.Parse(args) is { } options => await Rounds.RunAsync(options),
    _ => BenchOptions.Usage(),
};

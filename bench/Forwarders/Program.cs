using Latchkey.Forwarders;

return args switch
{
    ["upstream", var port] => await Peers.RunUpstreamAsync(int.Parse(port)),
    ["own", var port, var upstream] => await Peers.RunOwnAsync(int.Parse(port), new Uri(upstream)),
    ["yarp", var port, var upstream] => await Peers.RunYarpAsync(int.Parse(port), new Uri(upstream)),
    [] => await Rounds.RunAsync(rounds: 5),
    [var rounds] => await Rounds.RunAsync(int.Parse(rounds)),
    _ => 2,
};

using Latchkey.Simulator;

await SimulatorHost.Create(args).RunAsync();

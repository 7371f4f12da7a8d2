using BenchmarkDotNet.Running;
using Latchkey.Gateway.Benchmarks;

BenchmarkSwitcher.FromTypes([typeof(PathBenchmark)]).Run(args.Length > 0 ? args : ["--filter", "*"]);

using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Latchkey.Gateway.Benchmarks;

const int WholeNames = 50;

BenchmarkSwitcher.FromTypes([typeof(PathBenchmark)]).Run(
    args.Length > 0 ? args : ["--filter", "*"],
    DefaultConfig.Instance.WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(WholeNames)));

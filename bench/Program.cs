using System.CommandLine;
using BenchmarkDotNet.Running;
using Seckill.Benchmarks.Pipeline;

// Whole-road measurements are commands; anything else is BenchmarkDotNet's: ./seckill bench --filter '*'
return args is ["pipeline", ..]
    ? await new RootCommand("Measures the engine against what its servers can do.") { PipelineCommand.Create() }.Parse(args).InvokeAsync()
    : BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;

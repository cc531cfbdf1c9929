using System.CommandLine;
using System.Reflection;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Seckill.Benchmarks.Budgets;
using Seckill.Benchmarks.Ceiling;
using Seckill.Benchmarks.Http2;
using Seckill.Benchmarks.Latency;
using Seckill.Benchmarks.Pipeline;
using Seckill.Benchmarks.Reporting;
using Seckill.Benchmarks.SoldOut;
using Seckill.Benchmarks.Telemetry;

// Whole-road measurements are commands; anything else is BenchmarkDotNet's: ./seckill bench --filter '*'
Command[] commands = [PipelineCommand.Create(), CeilingCommand.Create(), LatencyCommand.Create(), Http2Command.Create(), SoldOutCommand.Create(), TelemetryCommand.Create(), BudgetsCommand.Create()];
if (args.Length > 0 && commands.Any(command => command.Name == args[0]))
{
    RootCommand root = new("Measures the engine against what its servers can do.");
    Array.ForEach(commands, root.Add);
    return await root.Parse(args).InvokeAsync();
}

return BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly())
    .Run(args, DefaultConfig.Instance.WithArtifactsPath(Path.Combine(BenchReportWriter.Folder, "benchmarks"))).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;

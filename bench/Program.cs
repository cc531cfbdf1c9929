using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench -- --filter '*'
return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;

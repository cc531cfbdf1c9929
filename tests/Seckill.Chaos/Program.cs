using System.CommandLine;
using Seckill.Chaos.Schedule;
using Xunit.Runner.InProc.SystemConsole;

// One program for both: './seckill chaos …' and the tests that './seckill test' runs.
return args is ["chaos", ..]
    ? await new RootCommand("Faults under load, and an audit.") { ChaosCommand.Create() }.Parse(args).InvokeAsync()
    : await ConsoleRunner.Run(args);

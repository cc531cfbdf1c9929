using System.CommandLine;
using Seckill.Local;
using Seckill.Local.Commands;

Terminal.Prepare();

Option<DirectoryInfo> data = new("--data")
{
    Description = "Where the stack keeps its data and its state; one stack runs in each.",
    DefaultValueFactory = _ => new DirectoryInfo(Repository.LocalData),
    Recursive = true,
};
RootCommand root = new("Seckill on this machine: real servers as child processes, the three services, a demo sale.")
{
    data,
    UpCommand.Create(data),
    DownCommand.Create(data),
    StatusCommand.Create(data),
    TestCommand.Create(),
};
// Commands handle signals themselves: the library's own handling would cut an orderly stop short after two seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

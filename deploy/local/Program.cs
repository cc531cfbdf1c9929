using System.CommandLine;
using Seckill.Local;
using Seckill.Local.Commands;

RootCommand root = new("Seckill on this machine: real servers as child processes, the three services, a demo sale.")
{
    UpCommand.Create(Repository.LocalData),
    DownCommand.Create(Repository.LocalData),
    StatusCommand.Create(Repository.LocalData),
    TestCommand.Create(),
};
// Commands handle signals themselves: the library's own handling would cut an orderly stop short after two seconds.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

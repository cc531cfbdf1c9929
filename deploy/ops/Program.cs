using System.CommandLine;
using Seckill.Local;
using Seckill.Local.Commands;
using Seckill.Ops.Connection;
using Seckill.Ops.DeadLetters;
using Seckill.Ops.Receipts;
using Seckill.Ops.Reconciliation;

Terminal.Prepare();
Option<DirectoryInfo> data = new("--data")
{
    Description = "Where the local stack keeps its state.",
    DefaultValueFactory = _ => new DirectoryInfo(Repository.LocalData),
    Recursive = true,
};
RootCommand root = new("Operators' commands.")
{
    data,
    DeadLetterCommand.Create(data),
    ReceiptCommand.Create(data),
    ReconcileCommand.Create(data),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OpsException fault)
{
    await Console.Error.WriteLineAsync($"✗ {fault.Message}");
    return 1;
}

using System.CommandLine;
using Microsoft.Extensions.Options;
using Seckill.Local;
using Seckill.Local.Commands;
using Seckill.Ops.Backup;
using Seckill.Ops.Connection;
using Seckill.Ops.DeadLetters;
using Seckill.Ops.Doctor;
using Seckill.Ops.Kafka;
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
    BackupCommand.Create(data),
    DeadLetterCommand.Create(data),
    DoctorCommand.Create(data),
    KafkaCommand.Create(data),
    ReceiptCommand.Create(data),
    ReconcileCommand.Create(data),
    RestoreCommand.Create(data),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        // Told to end, a backup lets Redis's writes go on and clears away what it has written.
        ProcessTerminationTimeout = TimeSpan.FromSeconds(15),
    });
}
catch (OpsException fault)
{
    await Console.Error.WriteLineAsync($"✗ {fault.Message}");
    return fault.ExitCode;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("✗ Broken off.");
    return 130;
}
catch (OptionsValidationException fault)
{
    await Console.Error.WriteLineAsync($"✗ {string.Join(' ', fault.Failures)} './seckill doctor' checks the whole configuration.");
    return 1;
}

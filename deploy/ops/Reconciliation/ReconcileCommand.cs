using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core.Audit;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Reconciliation;
using Seckill.Core.Stock;
using Seckill.Ops.Connection;
using StackExchange.Redis;

namespace Seckill.Ops.Reconciliation;

/// <summary><c>reconcile [--sale ID] [--json] [--repair]</c>: holds sales in Redis, Kafka and MySQL against one another. The exit code is 0 only when nothing unexplained is left.</summary>
internal static class ReconcileCommand
{
    /// <summary>Sales that are compared when none is named: the newest.</summary>
    private const int MaxSales = 100;

    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(10);

    public static Command Create(Option<DirectoryInfo> data)
    {
        Option<string?> sale = new("--sale") { Description = "Only this sale; default: the newest that are not over, or whose books are not closed." };
        Option<bool> json = new("--json") { Description = "Reports as a JSON array." };
        Option<bool> repair = new("--repair") { Description = "Mend what is safe to mend: send again, release, recount, have the stock rebuilt." };
        Command command = new("reconcile", "Hold Redis, Kafka and MySQL against one another and name every difference.") { sale, json, repair };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetRequiredValue(data), arguments.GetValue(sale), arguments.GetValue(json), arguments.GetValue(repair), stop));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo data, string? saleText, bool json, bool repair, CancellationToken stop)
    {
        using IHost host = OpsConnection.Open(data, (services, configuration) =>
            services.AddMessaging(configuration).AddStock(configuration).AddSaleReconciler(configuration).AddAuditLog());
        try
        {
            List<ReconciliationReport> reports = [];
            foreach (SaleId sale in await SalesAsync(host.Services, saleText, stop))
            {
                if (await host.Services.GetRequiredService<SaleReconciler>().ReconcileAsync(sale, repair, "command", stop) is { } report)
                {
                    await host.Services.GetRequiredService<ReconciliationStore>().SaveAsync(report, stop);
                    reports.Add(report);
                    if (repair)
                    {
                        AuditNote note = new AuditNote().Begin(report.At, Environment.UserName, AuditActions.Shell, "sale.repair", $"sale/{sale}", Environment.MachineName);
                        note.After = new { findings = report.FindingCount, report.Open };
                        await host.Services.GetRequiredService<AuditLog>().WriteAsync(note, stop);
                    }
                }
            }

            if (saleText is not null && reports.Count == 0)
            {
                throw new OpsException($"There is no sale {saleText}.");
            }

            if (json)
            {
                Console.WriteLine(JsonSerializer.Serialize(reports, ReconciliationJson.Default.IReadOnlyListReconciliationReport));
            }
            else
            {
                ReconcileTable.Write(reports);
            }

            return reports.TrueForAll(report => report.Open == 0) ? 0 : 1;
        }
        catch (OptionsValidationException fault)
        {
            throw new OpsException(string.Join(' ', fault.Failures));
        }
        catch (Exception away) when (away is DbException or StockUnavailableException or RedisException or TimeoutException)
        {
            throw new OpsException($"A server does not answer: {away.Message}");
        }
    }

    private static async Task<IReadOnlyList<SaleId>> SalesAsync(IServiceProvider services, string? text, CancellationToken stop)
    {
        await RedisReadyAsync(services, stop);
        if (text is not null)
        {
            return SaleId.TryParse(text, out SaleId named) ? [named] : throw new OpsException($"'{text}' is no sale id.");
        }

        DateTimeOffset now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        IReadOnlyList<(SaleId Sale, bool IsOver)> due = await services.GetRequiredService<ReconciliationStore>().ListDueAsync(now, stop);
        return [.. due.Take(MaxSales).Select(one => one.Sale)];
    }

    // The connection is made in the background; the first question of a short-lived process would come too early.
    private static async Task RedisReadyAsync(IServiceProvider services, CancellationToken stop)
    {
        Core.Redis.RedisConnection redis = services.GetRequiredService<Core.Redis.RedisConnection>();
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(stop);
        late.CancelAfter(ConnectDeadline);
        while (!redis.IsConnected && !late.IsCancellationRequested)
        {
            await Task.Delay(20, CancellationToken.None);
        }
    }
}

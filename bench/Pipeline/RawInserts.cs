using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Dapper;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.Pipeline;

/// <summary>What MySQL itself can do: the same rows into tables like the order tables, 500 a statement, a commit each, two connections, the SQL built beforehand.</summary>
internal static class RawInserts
{
    private const int RowsPerStatement = 500;
    private const int Connections = 2;

    public static async Task<double> MeasureAsync(PipelineServers servers, int rows, CancellationToken stop)
    {
        string[] statements = [.. Enumerable.Range(0, rows).Chunk(RowsPerStatement).Select((chunk, i) => Statement(servers, i % Connections, chunk))];
        for (int table = 0; table < Connections; table++)
        {
            await servers.ScalarAsync<int>($"CREATE TABLE raw_{table} LIKE orders_{table}");
        }

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async table =>
        {
            await using DbConnection connection = await servers.Database.OpenAsync(stop);
            for (int i = table; i < statements.Length; i += Connections)
            {
                await connection.ExecuteAsync(new CommandDefinition(statements[i], cancellationToken: stop));
            }
        }));
        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static string Statement(PipelineServers servers, int table, int[] users)
    {
        StringBuilder sql = new StringBuilder("INSERT INTO raw_").Append(table)
            .Append(" (order_id, sale_id, sku_id, user_id, slot, price, status, reason, epoch, intake_id, reserved_at, created_at, updated_at) VALUES ");
        foreach (int user in users)
        {
            _ = sql[^1] == ')' ? sql.Append(',') : sql;
            sql.Append('(').Append(servers.Ids.Next(UserShard.Of(new UserId($"raw-{user}")))).Append(",1,'phone','raw-").Append(user)
                .Append("',0,199.90,'pending-payment',NULL,1,UNHEX('00000000000000000000000000000000'),'2026-01-01 00:00:00.000','2026-01-01 00:00:00.000','2026-01-01 00:00:00.000')");
        }

        return sql.ToString();
    }
}

using System.Data.Common;
using System.Text;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Chaos.Windows;

/// <summary>F4: messages that can never be handled, amid those that can.</summary>
[Trait(Run.Name, Run.Long)]
public sealed class F04_Poison : WindowTest
{
    private const double Rate = 150;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Goal: one bad message costs itself and nothing else. Method: one grab in a hundred is of a user whom the database refuses (three kinds, by triggers that raise MySQL's own errors), and beside them stand
    /// messages without a receipt and with a forged one. Dead letters are counted in Kafka itself; the same crowd without poison, before,
    /// says what healthy latency is.
    /// </summary>
    [Fact]
    public Task OneInAHundredIsPoison_ExactlyThoseArePutAside() => ProveAsync(async (report, stop) =>
    {
        int healthy = Scale.Of(usual: 1_500, full: 20_000);
        int each = Math.Max(1, healthy / 500);
        await using ChaosStack stack = await ChaosStack.StartAsync(new(), stop);
        await using Crowd crowd = new(stack);
        await using Crowd doomed = new(stack);
        await RefuseAsync(stack, ("toolong", 1406), ("toolarge", 1264), ("checked", 4025));
        ChaosSale calm = await crowd.CreateSaleAsync("calm", healthy, stop);
        await crowd.ArriveAsync(calm, healthy, Rate, stop);

        ChaosSale sale = await crowd.CreateSaleAsync("poisoned", 2 * healthy, stop);
        Task arriving = crowd.ArriveAsync(sale, healthy, Rate, stop);
        foreach (string kind in (string[])["toolong", "toolarge", "checked"])
        {
            await doomed.ArriveAsync(sale, doomed.NewUsers(each, kind), Rate / 4, stop);
            report.Fired($"poison: {kind}", each);
        }

        await arriving;
        (await Deadline.PollAsync(Patience, async _ => await CountOrdersAsync(stack, sale) >= healthy, stop)).ShouldBeTrue("the healthy ones are not all written");
        await InjectAsync(stack, sale, each, report, stop);
        int injected = 5 * each;
        (await Deadline.PollAsync(Patience, _ => Task.FromResult(KafkaEvidence.Read(stack.Kafka.BootstrapServers).Aside.Count >= injected), stop)).ShouldBeTrue(
            $"{KafkaEvidence.Read(stack.Kafka.BootstrapServers).Aside.Count} dead letters, {injected} injected");

        AuditResult audit = await ChaosAudit.RunAsync(stack, crowd, [calm, sale], stop);
        Violation[] broken = [.. audit.Violations.Where(violation => !violation.ToString().Contains("put aside on seckill.dead-letters", StringComparison.Ordinal))];
        report.Figure("dead letters", audit.Evidence.DeadLetters.Count);
        report.Figure("injected", injected);
        report.Figure("healthy p99 ratio", Math.Round(P99(audit, sale) / P99(audit, calm), 2));
        audit.Evidence.DeadLetters.Count.ShouldBe(injected);
        audit.Evidence.DeadLetters.ShouldAllBe(letter => letter.Topic == KafkaTopics.DeadLetters.Name);
        audit.Orders.Count().ShouldBe(2 * healthy);
        broken.ShouldBeEmpty();
    });

    // Poison that no relay would make: straight into Kafka.
    private static async Task InjectAsync(ChaosStack stack, ChaosSale sale, int each, WindowReport report, CancellationToken stop)
    {
        using KafkaBench kafka = new(stack.Kafka.BootstrapServers, "seckill.order-intake");
        await using DbConnection database = new MySqlConnection(stack.MySqlConnection);
        foreach (long order in await database.QueryAsync<long>($"SELECT order_id FROM orders WHERE sale_id = @sale ORDER BY order_id LIMIT {each}", new { sale = sale.Id }))
        {
            // An order that is somebody else's, claimed by a user of the same shard: otherwise the message would be unroutable for that.
            UserId user = Enumerable.Range(0, 100_000).Select(i => new UserId($"intruder-{i}")).First(one => UserShard.Of(one) == SnowflakeIds.ShardOf(order));
            foreach ((string kind, string? receipt) in ((string, string?)[])[("no receipt", null), ("forged receipt", "Zm9yZ2Vk.Zm9yZ2Vk")])
            {
                KafkaRecord record = ReservationCodec.Encode(new ReservationMessage(
                    new OrderId(order), SaleId.TryParse(sale.Id, out SaleId id) ? id : throw new FormatException(sale.Id), new SkuId(sale.Sku), 0, user, 0, 1, 1,
                    TimeProvider.System.GetUtcNow(), receipt));
                await kafka.ProduceAsync(record.Topic, record.Key, record.Value, partition: null, stop, [.. record.Headers.Select(header => (header.Key, header.Value))]);
                report.Fired($"poison: {kind}");
            }
        }
    }

    private static async Task RefuseAsync(ChaosStack stack, params (string Users, int Error)[] kinds)
    {
        await using DbConnection database = new MySqlConnection(stack.MySqlConnection);
        StringBuilder cases = new();
        foreach ((string users, int error) in kinds)
        {
            cases.Append($"IF NEW.user_id LIKE '{users}-%' THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {error}, MESSAGE_TEXT = 'poison'; END IF; ");
        }

        for (int table = 0; table < 4; table++)
        {
            await database.ExecuteAsync($"CREATE TRIGGER poison_{table} BEFORE INSERT ON orders_{table} FOR EACH ROW BEGIN {cases}END");
        }
    }

    private static async Task<long> CountOrdersAsync(ChaosStack stack, ChaosSale sale)
    {
        await using DbConnection database = new MySqlConnection(stack.MySqlConnection);
        return await database.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM orders WHERE sale_id = @sale", new { sale = sale.Id });
    }

    private static double P99(AuditResult audit, ChaosSale sale)
    {
        double[] times = [.. audit.Evidence.Sales.Single(one => one.Sale == sale).Orders.Select(order => (order.CreatedAt - order.ReservedAt).TotalMilliseconds).Order()];
        return Math.Max(1, times[(int)(times.Length * 0.99)]);
    }
}

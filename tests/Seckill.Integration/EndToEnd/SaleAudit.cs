using System.Data.Common;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Shouldly;
using StackExchange.Redis;

namespace Seckill.Integration.EndToEnd;

/// <summary>Reads Redis and MySQL itself and holds them against what the callers were told. Shares no code with the engine but its key names.</summary>
internal sealed class SaleAudit(string redis, string mysql, string sale, string sku, int units)
{
    /// <summary>Polls until the outbox is empty and there is one order for each unit that Redis gave away.</summary>
    public async Task WaitUntilQuietAsync(CancellationToken deadline)
    {
        while (true)
        {
            Books books = await ReadAsync();
            if (books.OutboxEntries == 0 && books.Reserved.Length == books.Orders.Length)
            {
                return;
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"Not quiet: {books.OutboxEntries} outbox entries, {books.Reserved.Length} reservations, {books.Orders.Length} orders.");
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>I1, I2, I3 and I4 over everything that was answered.</summary>
    public async Task CheckAsync(IReadOnlyCollection<GrabAnswer> answers, int perUserLimit = 1)
    {
        Books books = await ReadAsync();

        books.Left.ShouldBeGreaterThanOrEqualTo(0, "I1: stock went negative");
        books.Orders.Length.ShouldBeLessThanOrEqualTo(units, "I1: more orders than units");
        books.Guard.ShouldBe(books.Orders.Length, "I1: the guard counts other than the orders");
        (books.Left + books.Orders.Length).ShouldBe(units, "I2: a unit leaked");
        books.Orders.GroupBy(order => order.User).Max(user => user.Count()).ShouldBeLessThanOrEqualTo(perUserLimit, "I3: a user over the limit");
        books.Orders.Select(order => order.OrderId).Distinct().Count().ShouldBe(books.Orders.Length, "I3: one order twice");
        books.Orders.ShouldAllBe(order => order.Status == "pending-payment");

        HashSet<(string User, string Order)> stored = [.. books.Orders.Select(order => (order.User, order.OrderId.ToString()))];
        foreach (GrabAnswer answer in answers.Where(answer => answer.OrderId is not null))
        {
            stored.ShouldContain((answer.User, answer.OrderId!), $"I4: {answer} has no order");
        }
    }

    public async Task<Books> ReadAsync()
    {
        SaleId saleId = SaleId.TryParse(sale, out SaleId parsed) ? parsed : throw new FormatException(sale);
        using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis);
        connection.PreserveAsyncOrder = false;
        IDatabase db = connection.GetDatabase();
        int left = 0;
        long outbox = 0;
        List<string> reserved = [];
        foreach (RedisValue name in await db.SetMembersAsync(StockKeys.Directory))
        {
            if (StockBucket.TryParse(name!, out StockBucket bucket) && bucket.Sale == saleId && bucket.Sku.Value == sku)
            {
                StockKeys keys = new(bucket);
                left += (int)await db.StringGetAsync(keys.Stock);
                outbox += (long)await db.ExecuteAsync("XLEN", keys.Outbox);
                reserved.AddRange((await db.HashGetAllAsync(keys.Buyers)).SelectMany(buyer => ((string)buyer.Value!).Split(',')).Select(entry => entry.Split('=')[1]));
            }
        }


        await using DbConnection database = new MySqlConnection(mysql);
        await database.OpenAsync();
        OrderRow[] orders = [.. await database.QueryAsync<OrderRow>(
            "SELECT order_id AS OrderId, user_id AS User, status AS Status FROM orders WHERE sale_id = @sale AND sku_id = @sku", new { sale, sku })];
        int guard = await database.ExecuteScalarAsync<int>(
            "SELECT sold FROM stock_guard WHERE sale_id = @sale AND sku_id = @sku", new { sale, sku });
        return new Books(left, [.. reserved], outbox, orders, guard);
    }

    internal sealed record Books(int Left, string[] Reserved, long OutboxEntries, OrderRow[] Orders, int Guard);

    internal sealed record OrderRow(long OrderId, string User, string Status);
}

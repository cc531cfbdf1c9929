using Seckill.Core.Ids;

namespace Seckill.Core.Orders;

/// <summary>Which of the four order tables holds an order: the user's shard, which the order id carries, modulo the number of tables.</summary>
public static class OrderTables
{
    /// <summary>How many tables there are: <c>orders_0</c> to <c>orders_3</c>. Divides <see cref="SnowflakeIds.ShardCount"/>, so that tables can be split later without touching ids.</summary>
    public const int Count = 4;

    private static readonly string[] Names = ["orders_0", "orders_1", "orders_2", "orders_3"];

    /// <summary>Index of the table of an order.</summary>
    public static int Of(OrderId order) => SnowflakeIds.ShardOf(order.Value) % Count;

    /// <summary>Index of the table of a user's orders.</summary>
    public static int Of(UserId user) => UserShard.Of(user) % Count;

    /// <summary>The table's name, safe to put into SQL.</summary>
    public static string Name(int table) => Names[table];
}

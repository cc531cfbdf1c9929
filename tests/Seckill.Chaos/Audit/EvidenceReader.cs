using System.Globalization;
using System.Text.Json;
using Dapper;
using MySql.Data.MySqlClient;
using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;
using StackExchange.Redis;

namespace Seckill.Chaos.Audit;

/// <summary>Reads what an audit judges by, straight from the servers and from the crowd's own notes. Key names and table names are written out here: the engine's code for them is under audit too.</summary>
internal sealed class EvidenceReader(ChaosStack stack, Crowd crowd)
{
    private const int UsersPerRead = 500;
    private const int MailboxMessages = 400;

    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="System.Data.Common.DbException">MySQL is away.</exception>
    public async Task<AuditEvidence> ReadAsync(IReadOnlyList<ChaosSale> sales, CancellationToken stop)
    {
        // The clients' notes last: what is stored by then may have been told since, never the other way round.
        using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync($"{stack.RedisConnection},syncTimeout=30000,abortConnect=true");
        redis.PreserveAsyncOrder = false;
        IDatabase db = redis.GetDatabase();
        (long lag, IReadOnlyList<DeadLetter> letters) = await Task.Run(() => KafkaEvidence.Read(stack.Kafka.BootstrapServers), stop);
        List<SaleEvidence> read = [];
        foreach (ChaosSale sale in sales)
        {
            read.Add(await ReadAsync(db, sale));
        }

        string[] buyers = [.. read.SelectMany(sale => sale.Orders).Select(order => order.User).Distinct()];
        Dictionary<string, IReadOnlyList<StoredPush>> mailboxes = [];
        foreach (string[] chunk in buyers.Where(user => !crowd.Log.Listeners.ContainsKey(user)).Chunk(UsersPerRead))
        {
            IReadOnlyList<StoredPush>[] pages = await Task.WhenAll(chunk.Select(user => MailboxAsync(db, user)));
            for (int i = 0; i < chunk.Length; i++)
            {
                mailboxes[chunk[i]] = pages[i];
            }
        }

        Dictionary<string, IReadOnlyCollection<ReceivedPush>> received =
            crowd.Log.Listeners.ToDictionary(listener => listener.Key, listener => (IReadOnlyCollection<ReceivedPush>)[.. listener.Value.Received]);
        Dictionary<string, IReadOnlyDictionary<string, string>> shown = [];
        foreach ((string user, IReadOnlyCollection<ReceivedPush> pushes) in received)
        {
            if (pushes.Any(push => push.IsGap))
            {
                shown[user] = await crowd.OrdersOfAsync(user, stop);
            }
        }

        return new AuditEvidence
        {
            Sales = read,
            Answers = [.. crowd.Log.Answers],
            Received = received,
            Mailboxes = mailboxes,
            Shown = shown,
            Lag = lag,
            DeadLetters = letters,
            Bounds = [new BoundSample("messages in one mailbox", mailboxes.Values.Select(mailbox => mailbox.Count).DefaultIfEmpty().Max(), MailboxMessages)],
        };
    }

    private async Task<SaleEvidence> ReadAsync(IDatabase db, ChaosSale sale)
    {
        string prefix = $"{sale.Id}:{sale.Sku}:";
        string[] buckets = [.. (await db.SetMembersAsync("seckill:buckets")).Select(member => (string)member!).Where(member => member.StartsWith(prefix, StringComparison.Ordinal))];
        long? left = buckets.Length > 0 ? 0 : null;
        long outbox = 0;
        Dictionary<string, IReadOnlyList<long>> held = [];
        foreach (string bucket in buckets)
        {
            RedisValue units = await db.StringGetAsync($"{{{bucket}}}:stock");
            left = units.IsNull ? null : left + (long)units;
            outbox += (long)await db.ExecuteAsync("XLEN", (RedisKey)$"{{{bucket}}}:outbox");
            foreach (HashEntry buyer in await db.HashGetAllAsync($"{{{bucket}}}:buyers"))
            {
                held[buyer.Name!] = [.. held.GetValueOrDefault(buyer.Name!) ?? [], .. OrdersIn(buyer.Value!)];
            }
        }

        await using MySqlConnection connection = new(stack.MySqlConnection);
        await connection.OpenAsync();
        IEnumerable<dynamic> rows = await connection.QueryAsync(
            "SELECT order_id, sale_id, sku_id, user_id, slot, status, reserved_at, created_at FROM orders WHERE sale_id = @Id AND sku_id = @Sku", new { Id = long.Parse(sale.Id, CultureInfo.InvariantCulture), sale.Sku });
        (int units, int sold) guard = await connection.QuerySingleOrDefaultAsync<(int, int)>(
            "SELECT units, sold FROM stock_guard WHERE sale_id = @Id AND sku_id = @Sku", new { Id = long.Parse(sale.Id, CultureInfo.InvariantCulture), sale.Sku });
        return new SaleEvidence(
            sale, left, held, outbox,
            [.. rows.Select(row => new OrderRow((long)row.order_id, (long)row.sale_id, (string)row.sku_id, (string)row.user_id, (int?)row.slot, (string)row.status, (DateTime)row.reserved_at, (DateTime)row.created_at))],
            guard.units, guard.sold);
    }

    private static IEnumerable<long> OrdersIn(string held) => held.Split(',').Select(one => long.Parse(one.AsSpan(one.IndexOf('=', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture));

    private static async Task<IReadOnlyList<StoredPush>> MailboxAsync(IDatabase db, string user)
    {
        HashEntry[] fields = await db.HashGetAllAsync($"{{{user}}}:mailbox");
        return [.. fields.Where(field => ((string)field.Name!).StartsWith("m:", StringComparison.Ordinal)).Select(Message).OrderBy(push => push.Seq)];
    }

    // m:<seq> -> '<expiresAtMs> <n|h> <envelope without its brace and seq>'
    private static StoredPush Message(HashEntry field)
    {
        string text = field.Value!;
        using JsonDocument envelope = JsonDocument.Parse("{" + text[text.IndexOf('"', StringComparison.Ordinal)..]);
        JsonElement payload = envelope.RootElement.GetProperty("payload");
        return new StoredPush(
            long.Parse(((string)field.Name!).AsSpan(2), CultureInfo.InvariantCulture), envelope.RootElement.GetProperty("id").GetString()!,
            envelope.RootElement.GetProperty("type").GetString()!, Text(payload, "orderId"), Text(payload, "status"));
    }

    private static string? Text(JsonElement payload, string name) => payload.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}

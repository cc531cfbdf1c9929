using System.Data;
using System.Data.Common;
using Dapper;
using Seckill.Core.Audit;
using Seckill.Core.Database;
using Seckill.Core.Ids;

namespace Seckill.Core.Sales;

/// <summary>Sales in MySQL: the truth of the catalog. Thread-safe.</summary>
/// <remarks>Every method throws <see cref="DbException"/> when the database is away or refuses. Those that change something write the audit note that they are given in the same transaction.</remarks>
public sealed class SaleStore(SeckillDatabase database, SnowflakeIds ids, TimeProvider time)
{
    /// <summary>Most items in a sale.</summary>
    public const int MaxItems = 50;

    /// <summary>Most users that one call puts on a sale's list.</summary>
    public const int MaxEligible = 10_000;

    /// <summary>Most users on a sale's list: some 48 MB in Redis, and a filter of 1.8 MB on each node.</summary>
    public const int MaxListed = 1_000_000;

    private const int RowsPerInsert = 1_000;

    /// <summary>Makes a sale with its items, its list of users and its stock guards, all or nothing.</summary>
    /// <exception cref="IdsUnavailableException">No id can be made now. Nothing was written.</exception>
    public async Task<Sale> CreateAsync(NewSale draft, AuditNote? audit = null, CancellationToken stop = default)
    {
        Sale sale = new(new SaleId(ids.Next()), draft.Name, draft.Window, SaleState.Scheduled, draft.Eligible is not null || draft.EligibleOf is not null, Version: 1, ToMilliseconds(time.GetUtcNow()), draft.Items)
        {
            Admission = draft.Admission,
            ItemsFixed = draft.WarmUp,
        };
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(stop);
        await connection.ExecuteAsync(
            """
            INSERT INTO sales (sale_id, name, starts_at, ends_at, state, restricted, version, created_at, admission, items_fixed)
            VALUES (@id, @Name, @startsAt, @endsAt, 'scheduled', @Restricted, 1, @createdAt, @admission, @ItemsFixed)
            """,
            new
            {
                id = sale.Id.Value,
                sale.Name,
                sale.Restricted,
                sale.ItemsFixed,
                startsAt = sale.Window.StartsAt.UtcDateTime,
                endsAt = sale.Window.EndsAt.UtcDateTime,
                createdAt = sale.CreatedAt.UtcDateTime,
                admission = sale.Admission == SaleAdmission.Unlimited ? null : SaleJson.WriteAdmission(sale.Admission),
            },
            transaction);
        await InsertItemsAsync(connection, transaction, sale.Id, sale.Items);
        await InsertEligibleAsync(connection, transaction, sale.Id, draft.Eligible ?? []);
        if (draft.EligibleOf is { } other)
        {
            await CopyEligibleAsync(connection, transaction, other, sale.Id);
        }

        if (audit is not null)
        {
            (audit.Target, audit.After) = (
                $"sale/{sale.Id}", new { sale.Name, sale.Window, sale.Restricted, Listed = draft.Eligible?.Count, ListedAsFor = draft.EligibleOf?.ToString(), sale.Items, sale.Admission });
        }

        await CommitAsync(connection, transaction, audit, stop);
        return sale;
    }

    /// <summary>Adds users to the list of a restricted sale, all or none. May be repeated: who is listed stays listed.</summary>
    public async Task<EligibleUpload> AddEligibleAsync(SaleId id, IReadOnlyCollection<UserId> users, AuditNote? audit = null, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using (DbTransaction transaction = await connection.BeginTransactionAsync(stop))
        {
            // First, and with it the lock of the sale's row: two uploads at once are counted one after the other.
            int changed = await connection.ExecuteAsync("UPDATE sales SET version = version + 1 WHERE sale_id = @id AND restricted = 1", new { id = id.Value }, transaction);
            if (changed == 0)
            {
                bool exists = await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM sales WHERE sale_id = @id", new { id = id.Value }, transaction) > 0;
                return new EligibleUpload(exists ? EligibleUploadOutcome.NotRestricted : EligibleUploadOutcome.UnknownSale);
            }

            int before = audit is null ? 0 : await CountEligibleAsync(connection, id, transaction);
            await InsertEligibleAsync(connection, transaction, id, users);
            int listed = await CountEligibleAsync(connection, id, transaction);
            if (listed > MaxListed)
            {
                return new EligibleUpload(EligibleUploadOutcome.TooMany);
            }

            if (audit is not null)
            {
                (audit.Before, audit.After) = (new { listed = before }, new { listed });
            }

            await CommitAsync(connection, transaction, audit, stop);
        }

        Sale sale = (await ReadAsync(connection, "sale_id = @id", new { id = id.Value })).Single();
        return new EligibleUpload(EligibleUploadOutcome.Listed, sale, await CountEligibleAsync(connection, id));
    }

    /// <summary>Opens, pauses or closes a sale by hand; null when there is no such sale. Setting the same state again changes nothing but the version.</summary>
    public async Task<Sale?> SetStateAsync(SaleId sale, SaleState state, AuditNote? audit = null, CancellationToken stop = default) =>
        (await ChangeAsync(sale, "state = @state", "TRUE", new { id = sale.Value, state = TextOf(state) }, audit, stop)).Sale;

    /// <summary>Lets a paused sale go on as its window says; null when there is no such sale. One that is not paused stays as it is.</summary>
    public async Task<Sale?> ResumeAsync(SaleId sale, AuditNote? audit = null, CancellationToken stop = default) =>
        (await ChangeAsync(sale, "state = 'scheduled'", "state = 'paused'", new { id = sale.Value }, audit, stop)).Sale;

    /// <summary>Gives a sale that has not begun another name and window, and other items as long as they are not fixed. All of it or nothing.</summary>
    /// <param name="id">The sale.</param>
    /// <param name="name">1 to 200 characters.</param>
    /// <param name="window">Ends after it starts.</param>
    /// <param name="items">In place of all that it has, 1 to <see cref="MaxItems"/>, SKUs distinct; null: they stay. Those that it has already are no change, and may always be given.</param>
    /// <param name="audit">Written with the change; null for none.</param>
    /// <param name="stop">Ends the wait.</param>
    public async Task<SaleEdit> EditAsync(
        SaleId id, string name, SaleWindow window, IReadOnlyList<SaleItem>? items = null, AuditNote? audit = null, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using (DbTransaction transaction = await connection.BeginTransactionAsync(stop))
        {
            // The lock also holds off a warm-up, which fixes the items in this row before it reads them.
            if (await LockAsync(connection, transaction, id) is not { } before)
            {
                return new SaleEdit(SaleEditOutcome.UnknownSale, null);
            }

            if (Utc(before.starts_at) <= time.GetUtcNow() || StateOf(before.state) is not (SaleState.Scheduled or SaleState.Paused))
            {
                return new SaleEdit(SaleEditOutcome.Begun, null);
            }

            IReadOnlyList<SaleItem> had = [.. (await ReadItemsAsync(connection, "sale_id = @id", new { id = id.Value }, transaction))[id.Value]];
            bool isOther = items is not null && !items.SequenceEqual(had);
            if (isOther && before.items_fixed != 0)
            {
                return new SaleEdit(SaleEditOutcome.ItemsFixed, null);
            }

            await connection.ExecuteAsync(
                "UPDATE sales SET name = @name, starts_at = @startsAt, ends_at = @endsAt, version = version + 1 WHERE sale_id = @id",
                new { id = id.Value, name, startsAt = window.StartsAt.UtcDateTime, endsAt = window.EndsAt.UtcDateTime }, transaction);
            if (isOther)
            {
                await connection.ExecuteAsync("DELETE FROM sale_items WHERE sale_id = @id; DELETE FROM stock_guard WHERE sale_id = @id", new { id = id.Value }, transaction);
                await InsertItemsAsync(connection, transaction, id, items!);
            }

            if (audit is not null)
            {
                SaleRow after = (await LockAsync(connection, transaction, id))!;
                (audit.Before, audit.After) = isOther ? (Shown(before, had), Shown(after, items)) : (Shown(before), Shown(after));
            }

            await CommitAsync(connection, transaction, audit, stop);
        }

        return new SaleEdit(SaleEditOutcome.Edited, (await ReadAsync(connection, "sale_id = @id", new { id = id.Value })).Single());
    }

    /// <summary>Says that a warm-up begins: from now on the items are what they are. Null when there is no such sale.</summary>
    /// <returns>The sale with the items that it will have for good.</returns>
    public async Task<Sale?> FixItemsAsync(SaleId sale, CancellationToken stop = default) =>
        (await ChangeAsync(sale, "items_fixed = 1", "items_fixed = 0", new { id = sale.Value }, audit: null, stop)).Sale;

    /// <summary>Changes how a sale lets users in; null when there is no such sale.</summary>
    public async Task<Sale?> SetAdmissionAsync(SaleId sale, SaleAdmission admission, AuditNote? audit = null, CancellationToken stop = default) =>
        (await ChangeAsync(
            sale, "admission = @admission", "TRUE", new { id = sale.Value, admission = admission == SaleAdmission.Unlimited ? null : SaleJson.WriteAdmission(admission) }, audit, stop)).Sale;

    /// <summary>Finds a sale; null when there is none.</summary>
    public async Task<Sale?> FindAsync(SaleId sale, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return (await ReadAsync(connection, "sale_id = @id", new { id = sale.Value })).SingleOrDefault();
    }

    /// <summary>The newest sales, newest first.</summary>
    public async Task<IReadOnlyList<Sale>> ListNewestAsync(int limit, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        long oldest = await connection.ExecuteScalarAsync<long?>(
            "SELECT MIN(sale_id) FROM (SELECT sale_id FROM sales ORDER BY sale_id DESC LIMIT @limit) newest", new { limit }) ?? 0;
        return await ReadAsync(connection, "sale_id >= @oldest", new { oldest });
    }

    /// <summary>The users on a sale's list.</summary>
    public async Task<IReadOnlyList<UserId>> ListEligibleAsync(SaleId sale, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<string> users = await connection.QueryAsync<string>("SELECT user_id FROM sale_eligibility WHERE sale_id = @id", new { id = sale.Value });
        return [.. users.Select(user => new UserId(user))];
    }

    /// <summary>How many users are on a sale's list.</summary>
    public async Task<int> CountEligibleAsync(SaleId sale, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await CountEligibleAsync(connection, sale);
    }

    /// <summary>The stock guards of a sale.</summary>
    public async Task<IReadOnlyList<StockGuard>> ListGuardsAsync(SaleId sale, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<GuardRow> rows = await connection.QueryAsync<GuardRow>(
            "SELECT sku_id, units, sold, epoch, warmed_at IS NOT NULL AS warmed FROM stock_guard WHERE sale_id = @id", new { id = sale.Value });
        return [.. rows.Select(row => new StockGuard(new SkuId(row.sku_id), row.units, row.sold, row.epoch, row.warmed != 0))];
    }

    /// <summary>Sales that begin before an instant or have begun, are not over, and have an item that was never warmed up.</summary>
    public async Task<IReadOnlyList<SaleId>> ListColdAsync(DateTimeOffset startsBefore, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<long> sales = await connection.QueryAsync<long>(
            """
            SELECT DISTINCT s.sale_id FROM sales s JOIN stock_guard g ON g.sale_id = s.sale_id
            WHERE s.starts_at <= @startsBefore AND s.ends_at > @now AND s.state <> 'closed' AND g.warmed_at IS NULL AND g.sold = 0
            """,
            new { startsBefore = startsBefore.UtcDateTime, now = time.GetUtcNow().UtcDateTime });
        return [.. sales.Select(sale => new SaleId(sale))];
    }

    /// <summary>Notes that a bucket was created in Redis. From then on its absence is a loss.</summary>
    public async Task MarkWarmedAsync(SaleId sale, SkuId sku, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await connection.ExecuteAsync(
            "UPDATE stock_guard SET warmed_at = @now WHERE sale_id = @id AND sku_id = @sku AND warmed_at IS NULL",
            new { id = sale.Value, sku = sku.Value, now = time.GetUtcNow().UtcDateTime });
    }

    // Page by page: no statement may take longer than one is waited for, however long the list.
    private static async Task CopyEligibleAsync(DbConnection connection, DbTransaction transaction, SaleId from, SaleId to)
    {
        string after = string.Empty;
        while (await connection.ExecuteScalarAsync<string?>(
            "SELECT MAX(user_id) FROM (SELECT user_id FROM sale_eligibility WHERE sale_id = @from AND user_id > @after ORDER BY user_id LIMIT @limit) page",
            new { from = from.Value, after, limit = MaxEligible }, transaction) is { } last)
        {
            await connection.ExecuteAsync(
                "INSERT INTO sale_eligibility (sale_id, user_id) SELECT @to, user_id FROM sale_eligibility WHERE sale_id = @from AND user_id > @after AND user_id <= @last",
                new { to = to.Value, from = from.Value, after, last }, transaction);
            after = last;
        }
    }

    // The row is locked first: a hand that steers the sale at the same moment comes before or after, and the audit entry says what this one found.
    private async Task<(Sale? Sale, bool IsChanged)> ChangeAsync(SaleId sale, string assignments, string condition, object arguments, AuditNote? audit, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        bool isChanged;
        await using (DbTransaction transaction = await connection.BeginTransactionAsync(stop))
        {
            if (await LockAsync(connection, transaction, sale) is not { } before)
            {
                return default;
            }

            isChanged = await connection.ExecuteAsync($"UPDATE sales SET {assignments}, version = version + 1 WHERE sale_id = @id AND {condition}", arguments, transaction) > 0;
            if (isChanged && audit is not null)
            {
                (audit.Before, audit.After) = (Shown(before), Shown((await LockAsync(connection, transaction, sale))!));
            }

            await CommitAsync(connection, transaction, isChanged ? audit : null, stop);
        }

        return ((await ReadAsync(connection, "sale_id = @id", new { id = sale.Value })).Single(), isChanged);
    }

    private static Task<SaleRow?> LockAsync(DbConnection connection, DbTransaction transaction, SaleId sale) =>
        connection.QuerySingleOrDefaultAsync<SaleRow?>("SELECT * FROM sales WHERE sale_id = @id FOR UPDATE", new { id = sale.Value }, transaction);

    // What a hand can change, as the audit log shows it. Items only where they were changed: there may be fifty of them.
    private static object Shown(SaleRow row, IReadOnlyList<SaleItem>? items = null) => new
    {
        row.name,
        startsAt = Utc(row.starts_at),
        endsAt = Utc(row.ends_at),
        row.state,
        admission = row.admission is null ? null : SaleJson.ReadAdmission(row.admission),
        items,
    };

    // Change and audit entry, or neither.
    private static async Task CommitAsync(DbConnection connection, DbTransaction transaction, AuditNote? audit, CancellationToken stop)
    {
        if (audit is not null)
        {
            await AuditLog.WriteAsync(connection, transaction, audit, stop);
        }

        await transaction.CommitAsync(stop);
        audit?.MarkKept();
    }

    private static Task<int> CountEligibleAsync(DbConnection connection, SaleId sale, DbTransaction? transaction = null) =>
        connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM sale_eligibility WHERE sale_id = @id", new { id = sale.Value }, transaction);

    private static async Task InsertEligibleAsync(DbConnection connection, DbTransaction transaction, SaleId sale, IEnumerable<UserId> list)
    {
        foreach (UserId[] users in list.Chunk(RowsPerInsert))
        {
            DynamicParameters parameters = new(new { sale = sale.Value });
            for (int i = 0; i < users.Length; i++)
            {
                parameters.Add($"u{i}", users[i].Value);
            }

            string rows = string.Join(',', Enumerable.Range(0, users.Length).Select(i => $"(@sale,@u{i})"));
            await connection.ExecuteAsync($"INSERT INTO sale_eligibility (sale_id, user_id) VALUES {rows} ON DUPLICATE KEY UPDATE user_id = user_id", parameters, transaction);
        }
    }

    private static Task InsertItemsAsync(DbConnection connection, DbTransaction transaction, SaleId sale, IReadOnlyList<SaleItem> items) =>
        connection.ExecuteAsync(
            """
            INSERT INTO sale_items (sale_id, sku_id, position, name, price, stock, per_user_limit, buckets)
            VALUES (@sale, @sku, @position, @Name, @Price, @Stock, @PerUserLimit, @Buckets);
            INSERT INTO stock_guard (sale_id, sku_id, units) VALUES (@sale, @sku, @Stock)
            """,
            items.Select((item, position) => new { sale = sale.Value, sku = item.Sku.Value, position, item.Name, item.Price, item.Stock, item.PerUserLimit, item.Buckets }),
            transaction);

    // Newest first. One snapshot for both statements, so that items always belong to the sales read.
    private static async Task<IReadOnlyList<Sale>> ReadAsync(DbConnection connection, string where, object arguments)
    {
        await using DbTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        IEnumerable<SaleRow> sales = await connection.QueryAsync<SaleRow>($"SELECT * FROM sales WHERE {where} ORDER BY sale_id DESC", arguments, snapshot);
        ILookup<long, SaleItem> bySale = await ReadItemsAsync(connection, where, arguments, snapshot);
        await snapshot.CommitAsync();
        return [.. sales.Select(row => new Sale(
            new SaleId(row.sale_id), row.name, new SaleWindow(Utc(row.starts_at), Utc(row.ends_at)), StateOf(row.state), row.restricted != 0, row.version, Utc(row.created_at), [.. bySale[row.sale_id]])
        {
            Admission = row.admission is null ? SaleAdmission.Unlimited : SaleJson.ReadAdmission(row.admission),
            ItemsFixed = row.items_fixed != 0,
        })];
    }

    private static async Task<ILookup<long, SaleItem>> ReadItemsAsync(DbConnection connection, string where, object arguments, DbTransaction snapshot) =>
        (await connection.QueryAsync<ItemRow>($"SELECT * FROM sale_items WHERE {where} ORDER BY sale_id, position", arguments, snapshot)).ToLookup(
            row => row.sale_id, row => new SaleItem(new SkuId(row.sku_id), row.name, row.price, row.stock, row.per_user_limit) { Buckets = row.buckets });

    private static DateTimeOffset Utc(DateTime stored) => new(DateTime.SpecifyKind(stored, DateTimeKind.Utc));

    // Columns keep milliseconds; so does the answer to the creator, so that both read alike.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static string TextOf(SaleState state) => state switch
    {
        SaleState.Open => "open",
        SaleState.Closed => "closed",
        SaleState.Paused => "paused",
        _ => "scheduled",
    };

    private static SaleState StateOf(string text) => text switch
    {
        "open" => SaleState.Open,
        "closed" => SaleState.Closed,
        "paused" => SaleState.Paused,
        "scheduled" => SaleState.Scheduled,
        _ => throw new DataException($"sales.state holds '{text}'."),
    };

#pragma warning disable IDE1006, SA1300 // Named as the columns are: Dapper matches by name.
    private sealed class SaleRow
    {
        public long sale_id { get; set; }

        public string name { get; set; } = string.Empty;

        public DateTime starts_at { get; set; }

        public DateTime ends_at { get; set; }

        public string state { get; set; } = string.Empty;

        public int restricted { get; set; }

        public long version { get; set; }

        public DateTime created_at { get; set; }

        public string? admission { get; set; }

        // Fixed where there is no such column yet: rather no edit than one of items that are being sold.
        public int items_fixed { get; set; } = 1;
    }

    private sealed class ItemRow
    {
        public long sale_id { get; set; }

        public string sku_id { get; set; } = string.Empty;

        public string name { get; set; } = string.Empty;

        public decimal price { get; set; }

        public int stock { get; set; }

        public int per_user_limit { get; set; }

        public int buckets { get; set; }
    }

    private sealed class GuardRow
    {
        public string sku_id { get; set; } = string.Empty;

        public int units { get; set; }

        public int sold { get; set; }

        public long epoch { get; set; }

        public int warmed { get; set; }
    }
#pragma warning restore IDE1006, SA1300
}

using System.Data.Common;
using System.Text.Json;
using Dapper;
using Seckill.Core.Audit;
using Seckill.Core.Database;

namespace Seckill.Core.DeadLetters;

/// <summary>Dead letters in MySQL, and what operators decided of them. Thread-safe.</summary>
/// <exception cref="DbException">Every method: the database is away or refuses.</exception>
public sealed class DeadLetterStore(SeckillDatabase database, TimeProvider time)
{
    /// <summary>What came through <c>seckill.dead-letters</c>.</summary>
    public const string DeadLetters = "dead-letters";

    /// <summary>What came through <c>seckill.unroutable</c>.</summary>
    public const string Unroutable = "unroutable";

    /// <summary>Stores letters; those that stand already are left as they are.</summary>
    /// <returns>How many were new.</returns>
    public async Task<int> AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(stop);
        int added = 0;
        foreach (DeadLetter letter in letters)
        {
            added += await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT IGNORE INTO dead_letters (fingerprint, topic, status, type, cause, error, stack, trace, attempt, origin, sale_id, sku_id, user_id, order_id,
                  first_failed_at, failed_at, message_key, message_value, headers)
                VALUES (@fingerprint, @topic, 'open', @type, @cause, @error, @stack, @trace, @attempt, @origin, @sale, @sku, @user, @order, @first, @failed, @key, @value, @headers)
                """,
                new
                {
                    fingerprint = DeadLetterReader.Fingerprint(letter),
                    topic = letter.Topic,
                    type = letter.Type,
                    cause = letter.Cause,
                    error = letter.Error,
                    stack = letter.Stack,
                    trace = letter.Trace,
                    attempt = letter.Attempt,
                    origin = letter.Origin,
                    sale = letter.Sale?.Value,
                    sku = letter.Sku?.Value,
                    user = letter.User?.Value,
                    order = letter.Order?.Value,
                    first = letter.FirstFailedAt?.UtcDateTime,
                    failed = letter.FailedAt.UtcDateTime,
                    key = letter.Message.Key,
                    value = letter.Message.Value,
                    headers = JsonSerializer.Serialize([.. letter.Message.Headers], DeadLetterJson.Default.KeyValuePairStringStringArray),
                },
                transaction, cancellationToken: stop));
        }

        await transaction.CommitAsync(stop);
        return added;
    }

    /// <summary>Lists letters, newest first.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, CancellationToken stop = default)
    {
        string sql = $"""
            SELECT {DeadLetterRow.Columns} FROM dead_letters
            WHERE (@status IS NULL OR status = @status) AND (@topic IS NULL OR topic = @topic) AND (@cause IS NULL OR cause = @cause)
              AND (@order IS NULL OR order_id = @order) AND (@before IS NULL OR letter_id < @before)
            ORDER BY letter_id DESC LIMIT {Math.Clamp(filter.Limit, 1, DeadLetterFilter.MaxLimit)}
            """;
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<DeadLetterRow> rows = await connection.QueryAsync<DeadLetterRow>(new CommandDefinition(
            sql, new { status = TextOf(filter.Status), topic = filter.Topic, cause = filter.Cause, order = filter.Order?.Value, before = filter.Before }, cancellationToken: stop));
        return [.. rows.Select(row => row.ToLetter())];
    }

    /// <summary>Finds one; null when there is none.</summary>
    public async Task<DeadLetter?> FindAsync(long id, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        DeadLetterRow? row = await connection.QuerySingleOrDefaultAsync<DeadLetterRow>(new CommandDefinition(
            $"SELECT {DeadLetterRow.Columns} FROM dead_letters WHERE letter_id = @id", new { id }, cancellationToken: stop));
        return row?.ToLetter();
    }

    /// <summary>Asks for an open letter to go back on its topic; a Worker carries it out.</summary>
    /// <param name="id">The letter.</param>
    /// <param name="by">Who decides, for the audit: at most 64 characters are kept.</param>
    /// <param name="audit">Written with the decision; null for none.</param>
    /// <param name="stop">Gives up.</param>
    public Task<DecisionOutcome> ReplayAsync(long id, string by, AuditNote? audit = null, CancellationToken stop = default) =>
        DecideAsync(id, DeadLetterStatus.Replaying, "replay", by, result: null, audit, stop);

    /// <summary>Settles an open letter without replaying it.</summary>
    /// <param name="id">The letter.</param>
    /// <param name="by">Who decides, for the audit: at most 64 characters are kept.</param>
    /// <param name="audit">Written with the decision; null for none.</param>
    /// <param name="stop">Gives up.</param>
    public Task<DecisionOutcome> DiscardAsync(long id, string by, AuditNote? audit = null, CancellationToken stop = default) =>
        DecideAsync(id, DeadLetterStatus.Discarded, "discard", by, "discarded", audit, stop);

    /// <summary>Takes the oldest letter that is to be replayed, and settles it by what <paramref name="replay"/> says. Several Workers never take the same one at once.</summary>
    /// <param name="replay">Puts it back: null when that is done, else why it cannot be; then the letter is open again. May be called twice for one letter, when a crash falls between the two.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>False when there was none.</returns>
    internal async Task<bool> CarryOutAsync(Func<DeadLetter, Task<string?>> replay, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(stop);
        // Locked while it is carried out; a Worker that dies gives the lock back with its connection.
        DeadLetterRow? row = await connection.QueryFirstOrDefaultAsync<DeadLetterRow>(new CommandDefinition(
            $"SELECT {DeadLetterRow.Columns} FROM dead_letters WHERE status = 'replaying' ORDER BY letter_id LIMIT 1 FOR UPDATE SKIP LOCKED",
            transaction: transaction, cancellationToken: stop));
        if (row is null)
        {
            return false;
        }

        string? refusal = await replay(row.ToLetter());
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE dead_letters SET status = @status, note = @refusal WHERE letter_id = @id;
            UPDATE dead_letter_decisions SET result = @result WHERE letter_id = @id AND action = 'replay' AND result IS NULL;
            """,
            new { id = row.letter_id, status = refusal is null ? "replayed" : "open", refusal, result = refusal ?? "replayed" }, transaction, cancellationToken: stop));
        await transaction.CommitAsync(stop);
        return true;
    }

    private async Task<DecisionOutcome> DecideAsync(long id, DeadLetterStatus status, string action, string by, string? result, AuditNote? audit, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(stop);
        // One conditional update decides between two operators, and between an operator and a second click.
        int taken = await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE dead_letters SET status = @status, note = NULL WHERE letter_id = @id AND status = 'open'", new { id, status = TextOf(status) }, transaction, cancellationToken: stop));
        if (taken == 0)
        {
            bool known = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                "SELECT COUNT(*) FROM dead_letters WHERE letter_id = @id", new { id }, transaction, cancellationToken: stop)) == 1;
            return known ? DecisionOutcome.DecidedBefore : DecisionOutcome.Unknown;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO dead_letter_decisions (letter_id, action, decided_by, decided_at, result) VALUES (@id, @action, @by, @now, @result)",
            new { id, action, by = by.Length <= 64 ? by : by[..64], now = time.GetUtcNow().UtcDateTime, result }, transaction, cancellationToken: stop));
        if (audit is not null)
        {
            (audit.Before, audit.After) = (new { status = TextOf(DeadLetterStatus.Open) }, new { status = TextOf(status) });
            await AuditLog.WriteAsync(connection, transaction, audit, stop);
        }

        await transaction.CommitAsync(stop);
        audit?.MarkKept();
        return DecisionOutcome.Taken;
    }

#pragma warning disable CA1308 // The stored form is lower case.
    private static string? TextOf(DeadLetterStatus? status) => status?.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}

using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Seckill.Core.Database;

namespace Seckill.Core.Audit;

/// <summary>What operators did, in MySQL: entries are added and, once they are old, taken out; nothing changes one. Thread-safe.</summary>
/// <exception cref="DbException">Every method: the database is away or refuses.</exception>
public sealed class AuditLog(SeckillDatabase database)
{
    /// <summary>Most entries that one call lists.</summary>
    public const int MaxList = 200;

    /// <summary>Most characters of <see cref="AuditNote.Before"/> and of <see cref="AuditNote.After"/> as JSON; of what is longer only its length is kept.</summary>
    public const int MaxJson = 16 * 1024;

    /// <summary>Entries that one statement takes out: few enough that writers hardly wait for it.</summary>
    internal const int SweepBatch = 1_000;

    private const int MaxWho = 64;
    private const int MaxTarget = 128;

    // Names and letters of any language stay readable in the table; the text is data, and is never put into a page as markup.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Writes an entry within the transaction of the change that it is about. Call <see cref="AuditNote.MarkKept"/> after the commit.</summary>
    public static Task WriteAsync(DbConnection connection, DbTransaction? transaction, AuditNote note, CancellationToken stop = default) => connection.ExecuteAsync(new CommandDefinition(
        """
        INSERT INTO audit_log (at, who, role, action, target, before_json, after_json, address)
        VALUES (@at, @who, @Role, @Action, @target, @before, @after, @Address)
        """,
        new
        {
            at = note.At.UtcDateTime,
            who = Cut(note.Who, MaxWho),
            note.Role,
            note.Action,
            target = Cut(note.Target, MaxTarget),
            before = ToJson(note.Before),
            after = ToJson(note.After),
            note.Address,
        },
        transaction, cancellationToken: stop));

    /// <summary>Writes an entry by itself, about a change that MySQL did not see.</summary>
    public async Task WriteAsync(AuditNote note, CancellationToken stop = default)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await WriteAsync(connection, transaction: null, note, stop);
        note.MarkKept();
    }

    /// <summary>Lists entries, newest first.</summary>
    /// <param name="before">Only entries older than this one; null: from the newest.</param>
    /// <param name="max">1 to <see cref="MaxList"/>.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(long? before, int max, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, MaxList);
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<Row> rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT audit_id, at, who, role, action, target, before_json, after_json, address FROM audit_log WHERE (@before IS NULL OR audit_id < @before) ORDER BY audit_id DESC LIMIT {max}",
            new { before }, cancellationToken: stop));
        return [.. rows.Select(row => new AuditEntry(
            row.audit_id, new DateTimeOffset(DateTime.SpecifyKind(row.at, DateTimeKind.Utc)), row.who, row.role, row.action, row.target, row.before_json, row.after_json, row.address))];
    }

    /// <summary>Takes out the oldest entries from before a time, at most <see cref="SweepBatch"/>.</summary>
    /// <returns>How many.</returns>
    internal async Task<int> SweepAsync(DateTimeOffset olderThan, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM audit_log WHERE at < @olderThan ORDER BY at LIMIT {SweepBatch}", new { olderThan = olderThan.UtcDateTime }, cancellationToken: stop));
    }

    /// <summary>A value as the log keeps it.</summary>
    internal static string? ToJson(object? value)
    {
        if (value is null)
        {
            return null;
        }

        string json = JsonSerializer.Serialize(value, Json);
        return json.Length <= MaxJson ? json : JsonSerializer.Serialize(new { tooLong = true, characters = json.Length }, Json);
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];

#pragma warning disable IDE1006, SA1300 // Named as the columns are: Dapper matches by name.
    private sealed record Row(long audit_id, DateTime at, string who, string role, string action, string target, string? before_json, string? after_json, string? address);
#pragma warning restore IDE1006, SA1300
}

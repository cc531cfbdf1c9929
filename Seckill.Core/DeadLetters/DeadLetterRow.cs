using System.Text.Json;
using Seckill.Core.Ids;

namespace Seckill.Core.DeadLetters;

/// <summary>A row of <c>dead_letters</c>; Dapper fills it by constructor, column for column.</summary>
internal sealed record DeadLetterRow(
    long letter_id, string topic, string status, string type, string cause, string error, string? stack, string? trace, int attempt, string origin,
    long? sale_id, string? sku_id, string? user_id, long? order_id, DateTime? first_failed_at, DateTime failed_at, byte[]? message_key, byte[] message_value,
    string headers, string? note)
{
    public const string Columns =
        "letter_id, topic, status, type, cause, error, stack, trace, attempt, origin, sale_id, sku_id, user_id, order_id, first_failed_at, failed_at, message_key, message_value, headers, note";

    public DeadLetter ToLetter() => new(
        letter_id, topic, Enum.Parse<DeadLetterStatus>(status, ignoreCase: true), type, cause, error, stack, trace, attempt, origin,
        order_id is { } order ? new OrderId(order) : null, sale_id is { } sale ? new SaleId(sale) : null,
        sku_id is null ? null : new SkuId(sku_id), user_id is null ? null : new UserId(user_id),
        first_failed_at is { } first ? Utc(first) : null, Utc(failed_at), note,
        new DeadMessage(message_key, message_value, JsonSerializer.Deserialize(headers, DeadLetterJson.Default.KeyValuePairStringStringArray) ?? []));

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}

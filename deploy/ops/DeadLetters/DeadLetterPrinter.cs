using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Seckill.Core.DeadLetters;
using Spectre.Console;

namespace Seckill.Ops.DeadLetters;

/// <summary>Dead letters on a terminal, or as JSON for scripts.</summary>
internal static class DeadLetterPrinter
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void List(IReadOnlyList<DeadLetter> letters, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(letters.Select(Plain), Indented));
            return;
        }

        if (letters.Count == 0)
        {
            Console.WriteLine("No letters.");
            return;
        }

        // One line a letter: what does not fit is cut, and 'show' has all of it.
        Table table = new() { Border = TableBorder.Rounded };
        foreach (string column in (string[])["id", "failed (UTC)", "status", "cause", "order", "error"])
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        foreach (DeadLetter letter in letters)
        {
            table.AddRow(
                new Text(letter.Id.ToString(CultureInfo.InvariantCulture)), new Text(letter.FailedAt.UtcDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                new Text(Status(letter)), new Text(letter.Cause), new Text(letter.Order?.ToString() ?? "–"), new Text(letter.Note ?? letter.Error).Overflow(Overflow.Ellipsis));
        }

        AnsiConsole.Write(table);
    }

    public static void Show(DeadLetter letter, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(Plain(letter), Indented));
            return;
        }

        Grid grid = new();
        grid.AddColumn().AddColumn();
        void Row(string name, string? value) => grid.AddRow(new Text(name), new Text(value ?? "–"));
        Row("id", letter.Id.ToString(CultureInfo.InvariantCulture));
        Row("status", Status(letter));
        Row("note", letter.Note);
        Row("topic", letter.Topic);
        Row("type", letter.Type);
        Row("cause", letter.Cause);
        Row("error", letter.Error);
        Row("origin", letter.Origin);
        Row("attempt", letter.Attempt.ToString(CultureInfo.InvariantCulture));
        Row("first failed", letter.FirstFailedAt is { } first ? Time(first) : null);
        Row("failed", Time(letter.FailedAt));
        Row("trace", letter.Trace);
        Row("order", letter.Order?.ToString());
        Row("user", letter.User?.Value);
        Row("key", letter.Message.Key is { } key ? Encoding.UTF8.GetString(key) : null);
        Row("headers", string.Join('\n', letter.Message.Headers.Select(header => $"{header.Key}: {header.Value}")));
        Row("value", Encoding.UTF8.GetString(letter.Message.Value));
        Row("stack", letter.Stack);
        AnsiConsole.Write(grid);
    }

    private static object Plain(DeadLetter letter) => new
    {
        id = letter.Id,
        status = Status(letter),
        topic = letter.Topic,
        type = letter.Type,
        cause = letter.Cause,
        error = letter.Error,
        stack = letter.Stack,
        trace = letter.Trace,
        attempt = letter.Attempt,
        origin = letter.Origin,
        orderId = letter.Order?.ToString(),
        saleId = letter.Sale?.ToString(),
        skuId = letter.Sku?.Value,
        userId = letter.User?.Value,
        firstFailedAt = letter.FirstFailedAt,
        failedAt = letter.FailedAt,
        note = letter.Note,
        key = letter.Message.Key is { } key ? Encoding.UTF8.GetString(key) : null,
        headers = letter.Message.Headers,
        value = Encoding.UTF8.GetString(letter.Message.Value),
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

#pragma warning disable CA1308 // As everywhere on the wire.
    private static string Status(DeadLetter letter) => letter.Status.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}

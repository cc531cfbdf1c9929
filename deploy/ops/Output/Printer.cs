using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Seckill.Ops.Output;

/// <summary>How commands show tables and JSON.</summary>
internal static class Printer
{
    private const int WidthOfFiles = 160;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>JSON as on the wire, indented.</summary>
    public static void Json<T>(TextWriter output, T value) => output.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>A table with these columns; one whose name ends in <c>&gt;</c> stands to the right.</summary>
    public static Table Table(IEnumerable<string> columns)
    {
        Table table = new() { Border = TableBorder.Rounded };
        foreach (string column in columns)
        {
            table.AddColumn(column.EndsWith('>') ? new TableColumn(column[..^1]).RightAligned() : new TableColumn(column));
        }

        return table;
    }

    /// <summary>Writes to the terminal, or as plain text to another writer.</summary>
    public static void Write(TextWriter output, Table table)
    {
        if (ReferenceEquals(output, Console.Out))
        {
            AnsiConsole.Write(table);
            return;
        }

        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        plain.Profile.Width = WidthOfFiles;
        plain.Write(table);
    }
}

using System.Globalization;
using Seckill.Ops.Output;
using Spectre.Console;

namespace Seckill.Ops.Kafka;

/// <summary>The answers of the <c>kafka</c> commands, for people or as JSON.</summary>
internal static class KafkaTables
{
    public static void Groups(IReadOnlyList<GroupView> groups, bool told, bool json, TextWriter output)
    {
        if (json)
        {
            Printer.Json(output, new { membersTold = told, groups });
            return;
        }

        Table table = Printer.Table(["group", "state", "members", "lag>", "reads"]);
        foreach (GroupView group in groups)
        {
            table.AddRow(Text(group.Name), Text(group.State ?? "–"), Text(group.Members is null ? "–" : Names(group.Members)), Number(group.Lag), Text(group.Purpose));
        }

        Printer.Write(output, table);
        if (!told)
        {
            output.WriteLine("These brokers do not tell who is in a group (the local stack's mock cluster does not know the question); the lag is from the groups' offsets.");
        }
    }

    public static void Lag(IReadOnlyList<(string Group, IReadOnlyList<PartitionState> Partitions)> groups, bool json, TextWriter output)
    {
        if (json)
        {
            Printer.Json(output, groups.Select(group => new
            {
                group = group.Group,
                lag = group.Partitions.Sum(state => state.Lag),
                partitions = group.Partitions.Select(state => new { state.Topic, state.Partition, state.Low, state.End, state.Committed, state.Lag, state.Note }),
            }));
            return;
        }

        Table table = Printer.Table(["group", "topic", "partition>", "oldest>", "committed>", "end>", "lag>", "note"]);
        foreach ((string group, IReadOnlyList<PartitionState> partitions) in groups)
        {
            // Partitions where nothing was ever written say nothing.
            foreach (PartitionState state in partitions.Where(state => state.End > 0))
            {
                table.AddRow(Text(group), Text(state.Topic), Number(state.Partition), Number(state.Low), Number(state.Committed), Number(state.End), Number(state.Lag), Text(state.Note));
            }

            table.AddRow(Text(group), Text("all"), Number(partitions.Count), Text(string.Empty), Text(string.Empty), Text(string.Empty), Number(partitions.Sum(state => state.Lag)), Text(string.Empty));
        }

        Printer.Write(output, table);
    }

    public static void Topics(IReadOnlyList<TopicView> topics, bool settingsChecked, bool json, TextWriter output)
    {
        if (json)
        {
            Printer.Json(output, new { settingsChecked, topics });
            return;
        }

        Table table = Printer.Table(["topic", "partitions>", "copies>", "in sync>", "verdict"]);
        foreach (TopicView topic in topics)
        {
            string[] faults = topic.Leaderless > 0 ? [.. topic.Differences, $"{topic.Leaderless} partitions without a leader"] : [.. topic.Differences];
            table.AddRow(
                Text(topic.Name), Number(topic.Partitions), Number(topic.Copies), Number(topic.InSync), faults.Length == 0 ? new Text("as it must be", Color.Green) : new Text(string.Join("; ", faults), Color.Red));
        }

        Printer.Write(output, table);
        if (!settingsChecked)
        {
            output.WriteLine("These brokers do not tell retention, cleanup policy and minimum of in-sync copies: only names, partitions and copies were compared.");
        }
    }

    public static void Sizes(IReadOnlyList<TopicSize> sizes, bool json, TextWriter output)
    {
        if (json)
        {
            Printer.Json(output, sizes);
            return;
        }

        Table table = Printer.Table(["topic", "partitions>", "messages>", "in the largest partition>", "ever written>"]);
        foreach (TopicSize size in sizes)
        {
            table.AddRow(Text(size.Name), Number(size.Partitions), Number(size.Messages), Number(size.Largest), Number(size.Written));
        }

        Printer.Write(output, table);
        output.WriteLine("Messages, counted by offsets: those between each partition's oldest and its end. For bytes ask the brokers: kafka-log-dirs.sh --describe --bootstrap-server HOST:PORT --topic-list NAME,NAME");
    }

    public static void Moves(EngineGroup group, IReadOnlyList<OffsetMove> moves, bool done, bool json, TextWriter output)
    {
        long repeated = moves.Sum(move => Math.Max(0, move.Repeated));
        long skipped = moves.Sum(move => Math.Max(0, -move.Repeated));
        if (json)
        {
            Printer.Json(output, new
            {
                group = group.Name,
                done,
                repeated,
                skipped,
                partitions = moves.Select(move => new { move.Before.Topic, move.Before.Partition, before = move.Before.Committed, after = move.After, move.Before.Low, move.Before.End }),
            });
            return;
        }

        Table table = Printer.Table(["topic", "partition>", "before>", "after>", "oldest>", "end>", "effect"]);
        foreach (OffsetMove move in moves.Where(move => move.Before.End > 0))
        {
            table.AddRow(
                Text(move.Before.Topic), Number(move.Before.Partition), Number(move.Before.Committed), Number(move.After), Number(move.Before.Low), Number(move.Before.End),
                Text(move.Repeated switch { > 0 => $"{move.Repeated} again", < 0 => $"{-move.Repeated} passed over", _ => "none" }));
        }

        Printer.Write(output, table);
        if (repeated > 0)
        {
            output.WriteLine($"{repeated} messages are delivered again. {group.Repeated}");
        }

        if (skipped > 0)
        {
            output.WriteLine($"{skipped} messages are passed over. {group.Skipped}");
        }

        output.WriteLine(done ? "Done." : "Nothing was changed: add --yes to do it.");
    }

    private static Text Text(string text) => new(text);

    private static Text Number(long? value) => new(value?.ToString("N0", CultureInfo.InvariantCulture) ?? "–");

    private static string Names(IReadOnlyList<string> members) => members.Count == 0 ? "nobody" : string.Join(", ", members.GroupBy(name => name).Select(name => name.Count() == 1 ? name.Key : $"{name.Count()} × {name.Key}"));
}

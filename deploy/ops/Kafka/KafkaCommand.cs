using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Messaging;
using Seckill.Ops.Connection;

namespace Seckill.Ops.Kafka;

/// <summary><c>kafka groups|lag|reset-offset|topics|sizes</c>: what the brokers hold, how far the consumers are, and where they go on.</summary>
/// <remarks>Exit codes: 0 done; 1 refused, or (<c>topics</c>) a topic is not as the engine needs it; 2 no broker answers.</remarks>
internal static class KafkaCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of a table." };

    public static Command Create(Option<DirectoryInfo> data) => new("kafka", "Consumer groups and topics.")
    {
        ServerOptions.Kafka, Groups(data), Lag(data), Reset(data), Topics(data), Sizes(data),
    };

    private static Command Groups(Option<DirectoryInfo> data)
    {
        Command command = new("groups", "Consumer groups: what they do, who is in them, how much they have to do.") { Json };
        command.SetAction(arguments => With(arguments, data, (desk, _) =>
        {
            (IReadOnlyList<GroupView> groups, bool told) = desk.ListGroups();
            KafkaTables.Groups(groups, told, arguments.GetValue(Json), arguments.InvocationConfiguration.Output);
            return 0;
        }));
        return command;
    }

    private static Command Lag(Option<DirectoryInfo> data)
    {
        Argument<string?> name = new("group") { Description = "Only this group; default: all of the engine's.", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("lag", "Committed offsets against the ends of the partitions.") { name, Json };
        command.SetAction(arguments => With(arguments, data, (desk, _) =>
        {
            IReadOnlyList<EngineGroup> groups = arguments.GetValue(name) is { } one ? [Known(one)] : EngineGroup.All;
            KafkaTables.Lag([.. groups.Select(group => (group.Name, desk.ReadStates(group)))], arguments.GetValue(Json), arguments.InvocationConfiguration.Output);
            return 0;
        }));
        return command;
    }

    private static Command Topics(Option<DirectoryInfo> data)
    {
        Command command = new("topics", "Topics against what the engine needs; exit code 1 when one differs.") { Json };
        command.SetAction((arguments, _) => WithAsync(arguments, data, async (desk, _) =>
        {
            (IReadOnlyList<TopicView> topics, bool settingsChecked) = await desk.ListTopicsAsync();
            KafkaTables.Topics(topics, settingsChecked, arguments.GetValue(Json), arguments.InvocationConfiguration.Output);
            return topics.All(topic => topic.Differences.Count == 0 && topic.Leaderless == 0) ? 0 : 1;
        }));
        return command;
    }

    private static Command Sizes(Option<DirectoryInfo> data)
    {
        Command command = new("sizes", "Messages that topics hold, counted by offsets; not bytes.") { Json };
        command.SetAction(arguments => With(arguments, data, (desk, _) =>
        {
            KafkaTables.Sizes(desk.ListSizes(), arguments.GetValue(Json), arguments.InvocationConfiguration.Output);
            return 0;
        }));
        return command;
    }

    private static Command Reset(Option<DirectoryInfo> data)
    {
        Argument<string> name = new("group") { Description = "The group; nobody may be in it." };
        Option<string> to = new("--to") { Description = "earliest, latest, an offset, or a time such as 2026-11-22T10:00:00Z.", Required = true };
        to.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && !OffsetTarget.TryParse(text, out _))
            {
                result.AddError($"--to is earliest, latest, an offset or a time, not '{text}'.");
            }
        });
        Option<string?> topic = new("--topic") { Description = "Only this topic of the group." };
        Option<int?> partition = new("--partition") { Description = "Only this partition." };
        Option<bool> yes = new("--yes") { Description = "Do it. Without it only what would change is shown, and the exit code is 1." };
        Command command = new("reset-offset", "Let a group go on elsewhere: earlier repeats messages, later passes over them. Shows before and after.") { name, to, topic, partition, yes, Json };
        command.SetAction((arguments, stop) => WithAsync(arguments, data, async (desk, clients) =>
        {
            EngineGroup group = Known(arguments.GetRequiredValue(name));
            _ = OffsetTarget.TryParse(arguments.GetRequiredValue(to), out OffsetTarget target);
            OffsetReset reset = new(clients, desk, group);
            IReadOnlyList<OffsetMove> moves = reset.Plan(target, arguments.GetValue(topic), arguments.GetValue(partition));
            bool isMeant = arguments.GetValue(yes);
            if (isMeant)
            {
                await reset.CommitAsync(moves, stop);
            }

            KafkaTables.Moves(group, moves, isMeant, arguments.GetValue(Json), arguments.InvocationConfiguration.Output);
            return isMeant ? 0 : 1;
        }));
        return command;
    }

    private static EngineGroup Known(string name) => EngineGroup.Find(name)
        ?? throw new OpsException($"'{name}' is no group of the engine; they are {string.Join(", ", EngineGroup.All.Select(group => group.Name))}.");

    private static int With(ParseResult arguments, Option<DirectoryInfo> data, Func<KafkaDesk, KafkaClients, int> action)
    {
        using IHost host = Open(arguments, data);
        using KafkaDesk desk = Desk(host);
        return action(desk, host.Services.GetRequiredService<KafkaClients>());
    }

    private static async Task<int> WithAsync(ParseResult arguments, Option<DirectoryInfo> data, Func<KafkaDesk, KafkaClients, Task<int>> action)
    {
        using IHost host = Open(arguments, data);
        using KafkaDesk desk = Desk(host);
        return await action(desk, host.Services.GetRequiredService<KafkaClients>());
    }

    private static IHost Open(ParseResult arguments, Option<DirectoryInfo> data) => OpsConnection.Open(
        arguments.GetRequiredValue(data), ServerOptions.Named(arguments), [nameof(Connections.Kafka)], (services, configuration) => services.AddMessaging(configuration));

    private static KafkaDesk Desk(IHost host) =>
        new(host.Services.GetRequiredService<KafkaClients>(), host.Services.GetRequiredService<IOptions<Connections>>().Value.Kafka);
}

using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Audit;
using Seckill.Core.DeadLetters;
using Seckill.Core.Ids;
using Seckill.Ops.Connection;

namespace Seckill.Ops.DeadLetters;

/// <summary><c>dlq list|show|replay|discard</c>: dead letters and unroutable messages, from MySQL, where the Worker keeps them.</summary>
/// <remarks>Exit codes: 0 done, 1 no answer from MySQL or nothing to connect to, 2 at least one letter is unknown, was decided before, or its replay was refused.</remarks>
internal static class DeadLetterCommand
{
    private const int Refused = 2;

    private static readonly TimeSpan ReplayPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReplayPoll = TimeSpan.FromMilliseconds(200);

    private static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of a table." };
    private static readonly Argument<long[]> Ids = new("id") { Description = "Ids of letters, as 'list' shows them.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> By = new("--by") { Description = "Who decides, for the audit.", DefaultValueFactory = _ => Environment.UserName };

    public static Command Create(Option<DirectoryInfo> data) => new("dlq", "Messages that no retry could mend, and those that nobody can read.")
    {
        List(data), Show(data), Replay(data), Discard(data),
    };

    private static Command List(Option<DirectoryInfo> data)
    {
        Option<string?> topic = new("--topic") { Description = "Only dead-letters or unroutable." };
        topic.AcceptOnlyFromAmong(DeadLetterStore.DeadLetters, DeadLetterStore.Unroutable);
        Option<string?> cause = new("--cause") { Description = "Only this cause, for example invalid-data." };
        Option<long?> order = new("--order") { Description = "Only this order." };
        Option<DeadLetterStatus?> status = new("--status") { Description = "Only these.", DefaultValueFactory = _ => DeadLetterStatus.Open };
        Option<bool> all = new("--all") { Description = "Whatever their status." };
        Option<int> limit = new("--limit") { Description = "At most so many.", DefaultValueFactory = _ => 100 };
        limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > DeadLetterFilter.MaxLimit)
            {
                result.AddError($"--limit is 1 to {DeadLetterFilter.MaxLimit}.");
            }
        });
        Command command = new("list", "List letters, newest first; those that wait for somebody unless asked otherwise.") { topic, cause, order, status, all, limit, Json };
        command.SetAction((arguments, stop) => WithStoreAsync(arguments.GetRequiredValue(data), async store =>
        {
            IReadOnlyList<DeadLetter> letters = await store.ListAsync(
                new DeadLetterFilter
                {
                    Topic = arguments.GetValue(topic),
                    Cause = arguments.GetValue(cause),
                    Order = arguments.GetValue(order) is { } id ? new OrderId(id) : null,
                    Status = arguments.GetValue(all) ? null : arguments.GetValue(status),
                    Limit = arguments.GetValue(limit),
                },
                stop);
            DeadLetterPrinter.List(letters, arguments.GetValue(Json));
            return 0;
        }));
        return command;
    }

    private static Command Show(Option<DirectoryInfo> data)
    {
        Argument<long> id = new("id") { Description = "The letter." };
        Command command = new("show", "Show everything about one letter: error, stack, headers and the message.") { id, Json };
        command.SetAction((arguments, stop) => WithStoreAsync(arguments.GetRequiredValue(data), async store =>
        {
            if (await store.FindAsync(arguments.GetValue(id), stop) is not { } letter)
            {
                return await FailAsync($"No letter {arguments.GetValue(id)}.");
            }

            DeadLetterPrinter.Show(letter, arguments.GetValue(Json));
            return 0;
        }));
        return command;
    }

    private static Command Replay(Option<DirectoryInfo> data)
    {
        Command command = new("replay", "Put letters back on their topic, with a unit of stock where they had lost it; a Worker carries it out.") { Ids, By };
        command.SetAction((arguments, stop) => WithStoreAsync(arguments.GetRequiredValue(data), store => ForEachAsync(arguments, async id =>
            await store.ReplayAsync(id, arguments.GetValue(By)!, Note(arguments, "dead-letter.replay", id), stop) is var outcome and not DecisionOutcome.Taken
                ? Explain(id, outcome)
                : await FinishedAsync(store, id, stop))));
        return command;
    }

    private static Command Discard(Option<DirectoryInfo> data)
    {
        Command command = new("discard", "Settle letters without replaying them.") { Ids, By };
        command.SetAction((arguments, stop) => WithStoreAsync(arguments.GetRequiredValue(data), store => ForEachAsync(arguments, async id =>
            Explain(id, await store.DiscardAsync(id, arguments.GetValue(By)!, Note(arguments, "dead-letter.discard", id), stop)))));
        return command;
    }

    private static AuditNote Note(ParseResult arguments, string action, long letter) =>
        new AuditNote().Begin(TimeProvider.System.GetUtcNow(), arguments.GetValue(By)!, AuditActions.Shell, action, $"dead-letter/{letter}", Environment.MachineName);

    /// <returns>Null when the replay is done, else why not.</returns>
    private static async Task<string?> FinishedAsync(DeadLetterStore store, long id, CancellationToken stop)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < ReplayPatience)
        {
            DeadLetter letter = (await store.FindAsync(id, stop))!;
            if (letter.Status != DeadLetterStatus.Replaying)
            {
                return letter.Status == DeadLetterStatus.Open ? $"{id}: refused. {letter.Note}" : null;
            }

            await Task.Delay(ReplayPoll, stop);
        }

        return $"{id}: noted, but no Worker has carried it out yet. It will, once one runs.";
    }

    private static string? Explain(long id, DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Taken => null,
        DecisionOutcome.Unknown => $"{id}: no such letter.",
        _ => $"{id}: somebody decided before.",
    };

    private static async Task<int> ForEachAsync(ParseResult arguments, Func<long, Task<string?>> decide)
    {
        int code = 0;
        foreach (long id in arguments.GetValue(Ids)!)
        {
            if (await decide(id) is { } refusal)
            {
                code = await FailAsync(refusal);
            }
            else
            {
                await Console.Out.WriteLineAsync($"✓ {id}");
            }
        }

        return code;
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"✗ {message}");
        return Refused;
    }

    private static async Task<int> WithStoreAsync(DirectoryInfo data, Func<DeadLetterStore, Task<int>> action)
    {
        using IHost host = OpsConnection.Open(data, (services, _) => services.AddDeadLetters());
        try
        {
            return await action(host.Services.GetRequiredService<DeadLetterStore>());
        }
        catch (DbException fault)
        {
            throw new OpsException($"MySQL: {fault.Message}");
        }
    }
}

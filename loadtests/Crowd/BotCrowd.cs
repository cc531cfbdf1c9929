using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Seckill.LoadTests.Running;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Crowd;

/// <summary>A crowd of honest buyers with bots among them: presses as either would, and holds what bots are answered against what they must be. Thread-safe.</summary>
/// <param name="grabs">Sends.</param>
/// <param name="sale">What is grabbed; it wants single-use grab tokens.</param>
/// <param name="users">Honest buyers, then bots.</param>
/// <param name="bots">How many bots.</param>
public sealed class BotCrowd(GrabClient grabs, SaleUnderLoad sale, LoadUser[] users, int bots)
{
    // Every other press is one with a token of the bot's own.
    private static readonly BotTrick[] Turns =
        [BotTrick.Hammer, BotTrick.NoToken, BotTrick.Hammer, BotTrick.ForgedToken, BotTrick.Hammer, BotTrick.ForeignToken, BotTrick.Hammer, BotTrick.UsedToken, BotTrick.Hammer, BotTrick.ForgedBearer];

    private readonly Uri _grabPath = new(sale.GrabPath, UriKind.Relative), _tokenPath = new(sale.GrabTokenPath, UriKind.Relative);
    private readonly int _honest = users.Length - bots;
    private readonly ConcurrentDictionary<int, string> _tokens = new(), _used = new();
    private int _presses;
    private int _forgeriesTaken;

    /// <summary>Presses with something forged, replayed or another's that were not refused by a name that fits.</summary>
    public int ForgeriesTaken => Volatile.Read(ref _forgeriesTaken);

    /// <summary>One press of a user.</summary>
    public Task<StepAnswer> PressAsync(int user) => user < _honest ? BuyAsync(user, forwardedFor: null) : TrickAsync(user, Turns[(uint)Interlocked.Increment(ref _presses) % Turns.Length]);

    /// <summary>Whether an answer is one that a trick may get. What may come in the place of the trick's own name stands before it on the grab path.</summary>
    public static bool IsFitting(BotTrick trick, StepAnswer answer) => answer.Answer is Answer.Error or Answer.Unavailable || trick switch
    {
        BotTrick.ForgedBearer => answer.Detail is "401 unauthenticated",
        BotTrick.NoToken => answer.Answer is Answer.SoldOut or Answer.AlreadyGrabbed || answer.Detail is "403 grab-token-required",
        BotTrick.ForgedToken or BotTrick.ForeignToken => answer.Answer is Answer.SoldOut or Answer.AlreadyGrabbed || answer.Detail is "403 grab-token-invalid",
        BotTrick.UsedToken => answer.Answer is Answer.SoldOut or Answer.AlreadyGrabbed or Answer.Throttled || answer.Detail is "409 grab-token-used" or "403 grab-token-expired",
        _ => true,
    };

    private async Task<StepAnswer> BuyAsync(int user, string? forwardedFor)
    {
        (string? token, StepAnswer refusal) = await grabs.AskTokenAsync(_tokenPath, users[user].Authorization);
        if (token is null)
        {
            return refusal;
        }

        _tokens[user] = token;
        StepAnswer answer = await grabs.GrabAsync(_grabPath, users[user].Authorization, token, forwardedFor);
        if (answer.Answer is Answer.Accepted)
        {
            _used[user] = token;
        }

        return answer;
    }

    private async Task<StepAnswer> TrickAsync(int user, BotTrick trick)
    {
        AuthenticationHeaderValue self = users[user].Authorization;
        string? token = trick switch
        {
            BotTrick.ForgedToken => _tokens.TryGetValue(user, out string? own) ? Forge(own) : "forged",
            BotTrick.ForeignToken => _tokens.FirstOrDefault(one => one.Key != user).Value,
            BotTrick.UsedToken => _used.GetValueOrDefault(user),
            _ => null,
        };
        if (trick is BotTrick.Hammer || (token is null && trick is BotTrick.ForeignToken or BotTrick.UsedToken))
        {
            // A trick whose means he does not have yet is a press like another.
            return await BuyAsync(user, $"203.0.113.{Random.Shared.Next(256)}");
        }

        StepAnswer answer = await grabs.GrabAsync(_grabPath, trick is BotTrick.ForgedBearer ? new AuthenticationHeaderValue("Bearer", Forge(self.Parameter!)) : self, token);
        if (!IsFitting(trick, answer))
        {
            Interlocked.Increment(ref _forgeriesTaken);
            return answer with { Detail = $"{trick}: {answer.Answer.ToText()} {answer.Detail}" };
        }

        return answer;
    }

    // One character of the signature, and none of the last, whose lowest bits mean nothing.
    private static string Forge(string text) => $"{text[..^4]}{(text[^4] == 'A' ? 'B' : 'A')}{text[^3..]}";
}

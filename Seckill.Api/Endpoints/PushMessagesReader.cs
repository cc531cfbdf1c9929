using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Seckill.Api.Contracts;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Seckill.Core.Sales;

namespace Seckill.Api.Endpoints;

/// <summary>Reads <see cref="PushMessages"/>, and lists every fault by field. Used for one request.</summary>
/// <param name="sales">The sales whose watchers may be meant.</param>
/// <param name="by">The operator.</param>
/// <param name="key">The header Idempotency-Key; null when there is none.</param>
/// <param name="now">When the request came.</param>
internal sealed class PushMessagesReader(CatalogSnapshot sales, UserId by, string? key, DateTimeOffset now)
{
    /// <summary>Most messages of a request.</summary>
    public const int MaxMessages = 100;

    /// <summary>Most receivers of a request, over all its messages.</summary>
    public const int MaxReceivers = 1_000;

    /// <summary>The header that names a request, and longest value in visible ASCII characters.</summary>
    public const string KeyHeader = "Idempotency-Key";

    private const int MaxKeyLength = 64;
    private const string UserRule = "1 to 64 letters, digits or -_.@|+";

    // Keys are each operator's own: two who number their requests must not swallow each other's messages.
    private readonly string _operator = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(by.Value)).AsSpan(0, 4));
    private readonly List<QueuedPush> _queued = [];

    /// <summary>What is wrong, by field; empty when the request is valid.</summary>
    public Dictionary<string, string[]> Errors { get; } = [];

    /// <summary>The messages to queue, one for each receiver, in the order given; of no use when there is a fault.</summary>
    public IReadOnlyList<QueuedPush> Read(PushMessages body)
    {
        IReadOnlyList<PushDraft?> drafts = body.Messages ?? [];
        Check("messages", drafts.Count is >= 1 and <= MaxMessages, $"1 to {MaxMessages} messages.");
        Check(KeyHeader, key is null || (key.Length <= MaxKeyLength && QueuedPush.IsGivenId(key)), $"1 to {MaxKeyLength} visible ASCII characters.");
        if (Errors.Count > 0)
        {
            return [];
        }

        HashSet<string> ids = [];
        foreach ((int i, PushDraft? draft) in drafts.Index())
        {
            string at = $"messages[{i}]";
            if (draft is null)
            {
                Errors[at] = ["Must not be null."];
                continue;
            }

            string id = draft.Id ?? (key is null ? Guid.CreateVersion7(now).ToString("N") : string.Create(CultureInfo.InvariantCulture, $"{_operator}:{key}:{i}"));
            Check($"{at}.id", QueuedPush.IsGivenId(id), $"1 to {QueuedPush.MaxGivenIdLength} visible ASCII characters.");
            // The second would pass for a repetition of the first, and be lost.
            Check($"{at}.id", ids.Add(id), "Stands twice in this request.");
            ReadDraft(at, QueuedPush.IdPrefix + id, draft);
        }

        Check("messages", _queued.Count <= MaxReceivers, $"At most {MaxReceivers} receivers in one request.");
        return _queued;
    }

    private void ReadDraft(string at, string id, PushDraft draft)
    {
        if (!PushMessageTypes.TryFind(draft.Type, out PushMessageType? type) || !type.IsFromOperators)
        {
            Errors[$"{at}.type"] = [$"One of {string.Join(", ", PushMessageTypes.All.Where(one => one.IsFromOperators).Select(one => one.Name))}."];
            return;
        }

        bool isChat = type == PushMessageTypes.ChatMessage;
        Check($"{at}.priority", draft.Priority is null || (!isChat && QueuedPushCodec.PriorityOf(draft.Priority) is not null), isChat ? "In the payload's metadata." : "normal or high.");
        Check($"{at}.ttl", draft.Ttl is null || (!isChat && draft.Ttl is >= 1 && draft.Ttl <= (int)QueuedPush.MaxTtl.TotalSeconds), isChat ? "In the payload's metadata." : $"1 to {(int)QueuedPush.MaxTtl.TotalSeconds} seconds.");
        IReadOnlyList<PushReceiver> receivers = ReadTarget($"{at}.to", type, draft.To);
        JsonElement payload = ReadPayload($"{at}.payload", draft.Payload);
        if (Errors.Count > 0)
        {
            // Later messages are looked at all the same, but nothing will be sent.
            return;
        }

        PushPriority priority = QueuedPushCodec.PriorityOf(draft.Priority) ?? type.Priority;
        TimeSpan ttl = draft.Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : type.Ttl;
        byte[]? shared = isChat ? null : Conforming($"{at}.payload", type, payload);
        foreach (PushReceiver receiver in receivers)
        {
            if (isChat)
            {
                ReadChat($"{at}.payload", id, receiver, payload);
            }
            else if (shared is not null)
            {
                _queued.Add(new QueuedPush(id, type, receiver, priority, ttl, now, by, shared));
            }

            if (Errors.Count > 0 || _queued.Count > MaxReceivers)
            {
                return;
            }
        }
    }

    private void ReadChat(string at, string id, PushReceiver receiver, JsonElement given)
    {
        UserId user = receiver.User!.Value;
        JsonElement chat = ChatEnvelope.Complete(given, user, now);
        if (Conforming(at, PushMessageTypes.ChatMessage, chat) is not { } payload)
        {
            return;
        }

        Check($"{at}.receiverId", chat.GetProperty("receiverId").GetString() == user.Value, "Is whom the message goes to; may be left out.");
        (PushPriority priority, TimeSpan ttl) = ChatEnvelope.MetadataOf(chat);
        _queued.Add(new QueuedPush(id, PushMessageTypes.ChatMessage, receiver, priority, ttl, now, by, payload));
    }

    private List<PushReceiver> ReadTarget(string at, PushMessageType type, PushTarget? to)
    {
        bool[] given = [to?.User is not null, to?.Users is not null, to?.Group is not null, to?.All is not null];
        if (given.Count(one => one) != 1 || to!.All is false)
        {
            Errors[at] = ["Exactly one of user, users, group and all (true)."];
            return [];
        }

        List<PushReceiver> receivers = [];
        if (to.Group is not null)
        {
            bool isKnown = PushReceiver.TryParseGroup(to.Group, out SaleId sale) && sales.TryFind(sale, out _);
            Check($"{at}.group", isKnown, "sale:{saleId} of a sale that is known; there are no other groups.");
            receivers.Add(PushReceiver.Of(sale));
        }
        else if (to.All is true)
        {
            receivers.Add(PushReceiver.All);
        }
        else
        {
            receivers.AddRange(ReadUsers(at, to).Select(PushReceiver.Of));
        }

        Check(at, receivers.TrueForAll(receiver => type.Audience.HasFlag(receiver.Audience)), $"A {type.Name} goes to users only.");
        return receivers;
    }

    private HashSet<UserId> ReadUsers(string at, PushTarget to)
    {
        HashSet<UserId> users = [];
        if (to.User is { } one)
        {
            Check($"{at}.user", UserId.TryParse(one, out UserId user), UserRule);
            users.Add(user);
            return users;
        }

        Check($"{at}.users", to.Users!.Count is >= 1 and <= MaxReceivers, $"1 to {MaxReceivers} users.");
        for (int i = 0; i < to.Users.Count && Errors.Count == 0; i++)
        {
            Check($"{at}.users[{i}]", UserId.TryParse(to.Users[i], out UserId user), UserRule);
            Check($"{at}.users[{i}]", users.Add(user), "Stands twice.");
        }

        return users;
    }

    private JsonElement ReadPayload(string at, JsonElement? given)
    {
        if (given is not { ValueKind: JsonValueKind.Object } payload)
        {
            Errors[at] = ["An object is needed."];
            return default;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(payload.GetRawText(), QueuedPushCodec.Strict);
            // Half a surrogate pair is text to the parser, and to nobody who reads it.
            QueuedPushCodec.Compact(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            Errors[at] = [$"Whole characters, no member twice, and no deeper than {QueuedPushCodec.Strict.MaxDepth}."];
            return default;
        }
    }

    /// <returns>The payload as it travels; null when it does not conform, and the faults are noted.</returns>
    private byte[]? Conforming(string at, PushMessageType type, JsonElement payload)
    {
        if (type.Schema.Check(payload) is { Count: > 0 } faults)
        {
            Errors[at] = [.. faults];
            return null;
        }

        byte[] bytes = QueuedPushCodec.Compact(payload);
        Check(at, bytes.Length <= PushEnvelope.MaxPayloadBytes, $"At most {PushEnvelope.MaxPayloadBytes} bytes.");
        return bytes;
    }

    private void Check(string field, bool valid, string message)
    {
        if (!valid)
        {
            Errors[field] = [message];
        }
    }
}

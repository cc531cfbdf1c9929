using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Seckill.Client.Push;
using Seckill.Client.Shop;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>Operators' messages through the whole engine: Api, Kafka, Worker, Hub, client.</summary>
public sealed class PushMessageTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Path = "/api/v1/admin/push/messages";

    private static readonly string LongId = new('i', 101);

    [Fact]
    public async Task SentToUsersAGroupAndAll_EachClientReceivesItsOwn_Typed_AndItIsAcked()
    {
        using CancellationTokenSource deadline = Deadline();
        using HttpClient http = new() { BaseAddress = Stack.Api.Url };
        ShopClient shop = new(http);
        string boss = await Client.TokenAsync("boss", "admin"), sale = await Client.CreateSaleAsync("pushed", 5);
        await using Listener anna = await Listener.ConnectAsync(Stack.HubUrl, await Client.TokenAsync("push-anna"), deadline.Token);
        await using Listener bert = await Listener.ConnectAsync(Stack.HubUrl, await Client.TokenAsync("push-bert"), deadline.Token);
        await anna.WatchAsync(sale, deadline.Token);
        NewPush[] messages =
        [
            NewPush.Of(new ChatMessage("push-bert", "Hi Anna ü", Metadata: new ChatMetadata("high", 600)), "push-anna"),
            NewPush.Of(new Notice("warning", "Both of you", "Soon", "https://example.org/soon"), PushTo.SeveralUsers(["push-anna", "push-bert"]), id: "both-1"),
            NewPush.Of(new Notice("info", "Watchers"), PushTo.WatchersOf(sale)),
            NewPush.Of(new Notice("info", "Everyone"), PushTo.Everyone),
        ];

        PushedMessages pushed = (await shop.PushAsync(boss, messages, "request-1", deadline.Token)).Require();
        // The answer may have been lost: the same once more changes nothing.
        ShopAnswer<PushedMessages> again = await shop.PushAsync(boss, messages, "request-1", deadline.Token);

        // Keys are each operator's own.
        string mine = Convert.ToHexStringLower(SHA256.HashData("boss"u8).AsSpan(0, 4));
        again.Status.ShouldBe(HttpStatusCode.Accepted);
        pushed.Messages.Select(one => (one.Id, one.Accepted, one.Unknown)).ShouldBe([($"op:{mine}:request-1:0", 1, null), ("op:both-1", 2, null), ($"op:{mine}:request-1:2", 1, null), ($"op:{mine}:request-1:3", 1, null)]);
        await UntilAsync(() => anna.Messages.Count == 2 && bert.Messages.Count == 1 && Notices(anna).Count == 2 && Notices(bert).Count == 1, deadline.Token);
        PushMessage chat = anna.Messages.Single(one => one.Type == "chat.message");
        (chat.Id, chat.Priority).ShouldBe(($"op:{mine}:request-1:0", "high"));
        chat.Ttl.ShouldBeInRange(500, 600, "what is left of its time when it reaches the mailbox");
        ChatMessage said = chat.AsChatMessage().ShouldNotBeNull();
        (said.SenderId, said.Content, said.ReceiverId, said.Type).ShouldBe(("push-bert", "Hi Anna ü", "push-anna", "text"));
        said.Metadata.ShouldBe(new ChatMetadata("high", 600));
        bert.Messages.Single().AsNotice().ShouldBe(new Notice("warning", "Both of you", "Soon", "https://example.org/soon"));
        Notices(anna).ShouldBe(["Watchers", "Everyone"], ignoreOrder: true);
        Notices(bert).ShouldBe(["Everyone"]);

        using RedisConnection redis = new(Stack.RedisConnection, "push-test");
        await UntilAsync(async () => (long)await redis.RunAsync(db => db.HashGetAsync(new MailboxKeys(new UserId("push-anna")).Mailbox, "acked")) == 2, deadline.Token);
    }

    [Fact]
    public async Task KafkaAway_TheAnswerSaysWhatIsNotKnown_AndTheSameRequestLaterDeliversOnce()
    {
        using CancellationTokenSource deadline = Deadline();
        string boss = await Client.TokenAsync("boss", "admin");
        await using Listener carl = await Listener.ConnectAsync(Stack.HubUrl, await Client.TokenAsync("push-carl"), deadline.Token);
        const string Body = """{"messages":[{"id":"away-1","type":"notice","to":{"users":["push-carl","push-dora"]},"payload":{"severity":"info","title":"Away"}}]}""";
        try
        {
            foreach (int broker in Enumerable.Range(1, Stack.Kafka!.Brokers))
            {
                Stack.Kafka.SetBrokerDown(broker);
            }

            using HttpResponseMessage refused = await Client.PostRawAsync(Path, Body, boss);

            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            JsonElement problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
            problem.GetProperty("type").GetString().ShouldBe("urn:seckill:error:push-unavailable");
            problem.GetProperty("messages").ToString().ShouldBe("""[{"id":"op:away-1","accepted":0,"unknown":["push-carl","push-dora"]}]""");
        }
        finally
        {
            foreach (int broker in Enumerable.Range(1, Stack.Kafka!.Brokers))
            {
                Stack.Kafka.SetBrokerUp(broker);
            }
        }

        HttpStatusCode status = default;
        while (status != HttpStatusCode.Accepted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            using HttpResponseMessage answer = await Client.PostRawAsync(Path, Body, boss);
            status = answer.StatusCode;
        }

        using HttpResponseMessage last = await Client.PostRawAsync(Path, Body.Replace("away-1", "away-2"), boss);
        last.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await UntilAsync(() => carl.Messages.Any(one => one.Id == "op:away-2"), deadline.Token);
        carl.Messages.Select(one => one.Id).ShouldBe(["op:away-1", "op:away-2"]);
    }

    [Theory]
    [InlineData("""{"messages":[]}""", "messages")]
    [InlineData("""{}""", "messages")]
    [InlineData("""{"messages":[null]}""", "messages[0]")]
    [InlineData("""{"messages":[{"type":"order.paid","to":{"user":"u"},"payload":{}}]}""", "messages[0].type")]
    [InlineData("""{"messages":[{"to":{"user":"u"},"payload":{}}]}""", "messages[0].type")]
    [InlineData("""{"messages":[{"type":"notice","payload":{"severity":"info","title":"x"}}]}""", "messages[0].to")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u","all":true},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to")]
    [InlineData("""{"messages":[{"type":"notice","to":{"all":false},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"a b"},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to.user")]
    [InlineData("""{"messages":[{"type":"notice","to":{"users":[]},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to.users")]
    [InlineData("""{"messages":[{"type":"notice","to":{"users":["u","u"]},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to.users[1]")]
    [InlineData("""{"messages":[{"type":"notice","to":{"group":"sale:1"},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to.group")]
    [InlineData("""{"messages":[{"type":"notice","to":{"group":"friends"},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].to.group")]
    [InlineData("""{"messages":[{"type":"chat.message","to":{"all":true},"payload":{"senderId":"a","content":"x"}}]}""", "messages[0].to")]
    [InlineData("""{"messages":[{"type":"chat.message","to":{"user":"u"},"payload":{"senderId":"a","content":"x","receiverId":"v"}}]}""", "messages[0].payload.receiverId")]
    [InlineData("""{"messages":[{"type":"chat.message","to":{"user":"u"},"ttl":5,"payload":{"senderId":"a","content":"x"}}]}""", "messages[0].ttl")]
    [InlineData("""{"messages":[{"type":"chat.message","to":{"user":"u"},"payload":{"content":"x"}}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"},"payload":{"severity":"info","title":"x","more":1}}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"},"payload":{"severity":"info","severity":"info","title":"x"}}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"},"payload":[1]}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"},"payload":{"severity":"info","title":"\ud800"}}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"chat.message","to":{"user":"u"},"payload":{"senderId":"a","content":"\ud800"}}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"}}]}""", "messages[0].payload")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"},"priority":"urgent","payload":{"severity":"info","title":"x"}}]}""", "messages[0].priority")]
    [InlineData("""{"messages":[{"type":"notice","to":{"user":"u"},"ttl":86401,"payload":{"severity":"info","title":"x"}}]}""", "messages[0].ttl")]
    [InlineData("""{"messages":[{"id":"a b","type":"notice","to":{"user":"u"},"payload":{"severity":"info","title":"x"}}]}""", "messages[0].id")]
    [InlineData("""{"messages":[{"id":"a","type":"notice","to":{"user":"u"},"payload":{"severity":"info","title":"x"}},{"id":"a","type":"notice","to":{"user":"v"},"payload":{"severity":"info","title":"x"}}]}""", "messages[1].id")]
    public async Task WhatCannotBeSent_IsRefusedByField_AndNothingIsSent(string body, string field)
    {
        using HttpResponseMessage refused = await Client.PostRawAsync(Path, body, await Client.TokenAsync("boss", "admin"));

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonElement problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        problem.GetProperty("type").GetString().ShouldBe("urn:seckill:error:invalid");
        problem.GetProperty("errors").EnumerateObject().Select(one => one.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task TheBounds_AreHeld_AndOnlyAdminsMaySend()
    {
        string boss = await Client.TokenAsync("boss", "admin");
        const string Notice = "\"type\":\"notice\",\"payload\":{\"severity\":\"info\",\"title\":\"x\"}";

        (await RefusalAsync($$$"""{"messages":[{{{string.Join(',', Enumerable.Repeat($$"""{"to":{"user":"u"},{{Notice}}}""", 101))}}}]}""", boss)).ShouldContain("1 to 100 messages");
        (await RefusalAsync($$$"""{"messages":[{"to":{"users":[{{{string.Join(',', Enumerable.Range(0, 1_001).Select(i => $"\"u{i}\""))}}}]},{{{Notice}}}}]}""", boss)).ShouldContain("1 to 1000 users");
        string half = $$"""{"to":{"users":[{{string.Join(',', Enumerable.Range(0, 600).Select(i => $"\"u{i}\""))}}]},{{Notice}}}""";
        (await RefusalAsync($$$"""{"messages":[{{{half}}},{{{half}}}]}""", boss)).ShouldContain("At most 1000 receivers");
        (await RefusalAsync($$$"""{"messages":[{"id":"{{{LongId}}}","to":{"user":"u"},{{{Notice}}}}]}""", boss)).ShouldContain("1 to 100 visible");
        // Within the schema's characters, past the payload's bytes.
        (await RefusalAsync($$$"""{"messages":[{"type":"chat.message","to":{"user":"u"},"payload":{"senderId":"a","content":"{{{string.Concat(Enumerable.Repeat("\\u0001", 2_000))}}}"}}]}""", boss))
            .ShouldContain("At most 8192 bytes");
        (await RefusalAsync($$$"""{"messages":[{"to":{"user":"u"},{{{Notice}}}}]}""", await Client.TokenAsync("buyer"))).ShouldContain("urn:seckill:error:forbidden");
        (await RefusalAsync($$$"""{"messages":[{"to":{"user":"u"},{{{Notice}}}}]}""", token: null)).ShouldContain("urn:seckill:error:unauthenticated");
    }

    private static List<string> Notices(Listener listener) => [.. listener.Live.Select(one => one.AsNotice()?.Title).OfType<string>()];

    private async Task<string> RefusalAsync(string body, string? token)
    {
        using HttpResponseMessage refused = await Client.PostRawAsync(Path, body, token);
        refused.IsSuccessStatusCode.ShouldBeFalse();
        return await refused.Content.ReadAsStringAsync();
    }

    private static Task UntilAsync(Func<bool> condition, CancellationToken deadline) => UntilAsync(() => Task.FromResult(condition()), deadline);

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken deadline)
    {
        while (!await condition())
        {
            await Task.Delay(20, deadline);
        }
    }
}

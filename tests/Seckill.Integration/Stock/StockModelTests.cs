using FsCheck;
using FsCheck.Fluent;
using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Integration.Grab;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock;

/// <summary>
/// Goal: no sequence of batches and releases makes the scripts sell a unit twice, lose one, or answer otherwise than they should. Method: random sequences on a real Redis,
/// each step held against <see cref="StockModel"/>, and all of the bucket's keys at the end. <c>SECKILL_SEED</c> plays a run again; a failure is shrunk.
/// </summary>
public sealed class StockModelTests
{
    private const int Runs = 150;
    private const int MaxRounds = 10;
    private const int Users = 6;

    // Above 2^53, where a Lua number would round.
    private const long FirstOrder = long.MaxValue - 1_000_000;

    private static readonly StockAnswer[] Answers = [StockAnswer.AlreadyGrabbed, StockAnswer.Reserved, StockAnswer.AlreadyReserved, StockAnswer.SoldOut];

    private readonly Dictionary<StockAnswer, int> _seen = [];
    private int _released;
    private int _repeatedReleases;
    private int _repeatsOfReleased;
    private int _claims;
    private long _sales;

    [Fact]
    public async Task AnyBatchesAndReleases_AreDecidedAsTheModelDoes()
    {
        ulong seed = Environment.GetEnvironmentVariable("SECKILL_SEED") is { } given ? ulong.Parse(given) : (ulong)Random.Shared.NextInt64();
        TestContext.Current.TestOutputHelper!.WriteLine($"SECKILL_SEED={seed}");
        await using GrabNode node = await GrabNode.StartAsync(settings: GrabNode.Patient);
        ShrinkBudget shrinking = new();

        // Chance leaves out what is rare now and then: further rounds until all was met, or there is no end to it.
        for (ulong round = 0; round < MaxRounds && (_seen.Count < Answers.Length || Math.Min(Math.Min(_released, _repeatedReleases), Math.Min(_repeatsOfReleased, _claims)) == 0); round++)
        {
            Config config = Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(new Replay(new Rnd(seed + round), null));

            // On a thread of its own: the runner blocks the thread that calls it.
            await Task.Run(() => Check.One(config, Prop.ForAll<PositiveInt, PositiveInt, int[][]>((units, limit, steps) =>
                shrinking.TryAsync(() => RunAsync(node, 1 + (units.Get % 12), 1 + (limit.Get % 3), steps)))));
        }

        // A run that never met one of these has shown nothing about it.
        _seen.Keys.ShouldBe(Answers, ignoreOrder: true, $"seed {seed}");
        _released.ShouldBeGreaterThan(0);
        _repeatedReleases.ShouldBeGreaterThan(0);
        _repeatsOfReleased.ShouldBeGreaterThan(0);
        _claims.ShouldBeGreaterThan(0);
    }

    private async Task RunAsync(GrabNode node, int units, int limit, int[][] steps)
    {
        StockBucket bucket = new(new SaleId(++_sales), new SkuId("sku"));
        StockModel model = new(units, limit);
        await node.Stock.WarmAsync(bucket, units, limit, epoch: 1, mayCreate: true);
        List<StockGrab> asked = [];
        List<StockGrab> released = [];
        foreach (int[] step in steps.Where(step => step.Length > 0))
        {
            if (step[0] % 4 == 0 && asked.Count > 0)
            {
                StockGrab given = asked[Pick(step[^1], asked.Count)];
                ReleaseStatus expected = model.Release(given.User, given.Order);
                (await node.Stock.ReleaseAsync(bucket, given.User, given.Order)).ShouldBe(expected);
                released.Add(given);
                _released += expected is ReleaseStatus.Released ? 1 : 0;
                _repeatedReleases += expected is ReleaseStatus.NotHeld ? 1 : 0;
                continue;
            }

            StockGrab[] batch = Array.ConvertAll(step, choice => Choose(choice, asked, released));
            long versionBefore = model.Version;
            // A batch that holds an order given back can only be one that was asked before, or a claim.
            StockAsk ask = (StockAsk)(Array.Exists(batch, released.Contains) ? 1 + Pick(step[0], 2) : Pick(step[0], 3));
            StockReply reply = ask is StockAsk.Claim
                ? await node.Stock.ClaimAsync(bucket, batch)
                : await node.Stock.GrabAsync(bucket, batch, expectedEpoch: 1, minVersion: versionBefore, ask);
            StockDecision[] decisions = model.Grab(batch, ask);
            _repeatsOfReleased += ask is StockAsk.Again ? batch.Count(released.Contains) : 0;
            _claims += ask is StockAsk.Claim ? decisions.Count(decision => decision.Answer is StockAnswer.Reserved) : 0;
            reply.Status.ShouldBe(StockStatus.Decided);
            reply.Decisions.ShouldBe(decisions);
            (reply.Epoch, reply.Version, reply.Left).ShouldBe((1, model.Version, model.Left));
            foreach (StockDecision decision in decisions)
            {
                _seen[decision.Answer] = _seen.GetValueOrDefault(decision.Answer) + 1;
            }
        }

        await AuditAsync(node, bucket, model, units, limit);
    }

    // A fresh order of some user, or one that was asked about before, in this batch or an earlier one. Those that were given back come often: chance alone may leave them out of a whole run.
    private static StockGrab Choose(int choice, List<StockGrab> asked, List<StockGrab> released)
    {
        if (choice % 6 == 0 && released.Count > 0)
        {
            return released[Pick(choice / 6, released.Count)];
        }

        if (choice % 3 == 0 && asked.Count > 0)
        {
            return asked[Pick(choice / 3, asked.Count)];
        }

        StockGrab fresh = new(new UserId($"user-{Pick(choice, Users)}"), new OrderId(FirstOrder + asked.Count));
        asked.Add(fresh);
        return fresh;
    }

    private static int Pick(int choice, int count) => (int)((uint)choice % (uint)count);

    private static async Task AuditAsync(GrabNode node, StockBucket bucket, StockModel model, int units, int limit)
    {
        StockKeys keys = new(bucket);
        IDatabase db = node.Get<RedisConnection>().Database;
        BucketState state = (await node.Stock.ReadAsync(bucket)).ShouldNotBeNull();
        (state.Epoch, state.Version, state.Total, state.Limit, state.Left).ShouldBe((1, model.Version, units, limit, model.Left));
        state.Left.ShouldBeGreaterThanOrEqualTo(0);

        Dictionary<string, HeldOrder[]> held = (await db.HashGetAllAsync(keys.Buyers)).ToDictionary(buyer => (string)buyer.Name!, buyer => HeldOrders.Parse(buyer.Value).ToArray());
        (state.Left + held.Values.Sum(orders => orders.Length)).ShouldBe(units);
        held.Keys.Order().ShouldBe(model.Held.Keys.Select(user => user.Value).Order());
        foreach ((UserId user, List<HeldOrder> orders) in model.Held)
        {
            held[user.Value].ShouldBe(orders);
        }

        List<OutboxWinner> sent = [];
        long version = 1;
        foreach (RedisResult entry in (RedisResult[])(await db.ExecuteAsync("XRANGE", keys.Outbox, "-", "+"))!)
        {
            RedisResult[] parts = (RedisResult[])entry!;
            OutboxEntry read = new RawOutboxEntry((string)parts[0]!, (string[])parts[1]!).Parse(bucket);
            read.Epoch.ShouldBe(1);
            read.Version.ShouldBeGreaterThan(version);
            version = read.Version;
            sent.AddRange(read.Winners);
        }

        // An order may stand here twice, once claimed after its release; the model has it twice as well.
        sent.ShouldBe(model.Winners);
    }
}

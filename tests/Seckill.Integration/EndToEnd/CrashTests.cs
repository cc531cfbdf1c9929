using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>
/// Goal: I1 to I4 hold when a process dies in the middle of a burst. Method: more buyers than units grab, and ask again while an answer leaves open what happened; meanwhile the
/// process is killed with signal 9 and started again, several times; then Redis and MySQL are audited against every answer.
/// </summary>
public sealed class CrashTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const int Units = 300;
    private const int Buyers = 1_000;

    [Fact]
    public async Task WorkerKilledInABurst_EveryWinHasItsOneOrder() => await BurstWithKillsAsync("worker-dies", Stack.Worker);

    [Fact]
    public async Task ApiKilledInABurst_EveryWinHasItsOneOrder() => await BurstWithKillsAsync("api-dies", Stack.Api);

    private async Task BurstWithKillsAsync(string sku, ManagedServer victim)
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(sku, Units);
        (string User, string Token)[] buyers = await BuyersAsync(sku, Buyers);
        int answered = 0;
        int killsAmidTheBurst = 0;

        Task<GrabAnswer>[] grabs = [.. buyers.Select(async (buyer, i) =>
        {
            // Over about four seconds, so that each kill finds grabs under way.
            await Task.Delay(i * 4, deadline.Token);
            GrabAnswer answer = await Client.GrabUntilKnownAsync(sale, sku, buyer.User, buyer.Token, deadline.Token);
            Interlocked.Increment(ref answered);
            return answer;
        })];
        for (int kill = 1; kill <= 3; kill++)
        {
            while (Volatile.Read(ref answered) < Units * kill / 4)
            {
                await Task.Delay(5, deadline.Token);
            }

            await victim.KillAsync();
            killsAmidTheBurst += grabs.Any(grab => !grab.IsCompleted) ? 1 : 0;
            await victim.StartAsync(deadline.Token);
        }

        GrabAnswer[] answers = await Task.WhenAll(grabs);
        SaleAudit audit = Audit(sale, sku, Units);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync(answers);

        killsAmidTheBurst.ShouldBe(3);
        (await audit.ReadAsync()).Orders.Length.ShouldBe(Units);
        answers.Where(answer => answer.OrderId is null).ShouldAllBe(answer => answer.Type == "sold-out");
        answers.Count(answer => answer.OrderId is not null).ShouldBe(Units);
    }
}

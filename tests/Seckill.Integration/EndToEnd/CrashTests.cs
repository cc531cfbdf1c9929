using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>
/// Goal: I1 to I4 hold when a process dies in the middle of a burst. Method: four waves of buyers grab, more than there are units, and ask again while an answer leaves open what
/// happened. In each of the first three waves the process is killed with signal 9 while most of the wave is still to come, and started again; then Redis and MySQL are audited against every answer.
/// </summary>
public sealed class CrashTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const int Waves = 4;
    private const int BuyersPerWave = 250;
    private const int AnswersBeforeKill = 25;
    private const int Units = 900;

    [Fact]
    public async Task WorkerKilledInABurst_EveryWinHasItsOneOrder() => await BurstWithKillsAsync("worker-dies", Stack.Worker);

    [Fact]
    public async Task ApiKilledInABurst_EveryWinHasItsOneOrder() => await BurstWithKillsAsync("api-dies", Stack.Api);

    private async Task BurstWithKillsAsync(string sku, ManagedServer victim)
    {
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(sku, Units);
        (string User, string Token)[] buyers = await BuyersAsync(sku, Waves * BuyersPerWave);
        List<GrabAnswer> answers = [];
        int killsAmidAWave = 0;

        foreach ((int wave, (string User, string Token)[] crowd) in buyers.Chunk(BuyersPerWave).Index())
        {
            int answered = 0;
            Task<GrabAnswer>[] grabs = [.. crowd.Select(async (buyer, i) =>
            {
                await Task.Delay(i * 4, deadline.Token);
                GrabAnswer answer = await Client.GrabUntilKnownAsync(sale, sku, buyer.User, buyer.Token, deadline.Token);
                Interlocked.Increment(ref answered);
                return answer;
            })];
            if (wave < Waves - 1)
            {
                while (Volatile.Read(ref answered) < AnswersBeforeKill)
                {
                    await Task.Delay(1, deadline.Token);
                }

                await victim.KillAsync();
                killsAmidAWave += grabs.Any(grab => !grab.IsCompleted) ? 1 : 0;
                await victim.StartAsync(deadline.Token);
            }

            answers.AddRange(await Task.WhenAll(grabs));
        }

        SaleAudit audit = Audit(sale, sku, Units);
        await audit.WaitUntilQuietAsync(deadline.Token);
        await audit.CheckAsync(answers);

        killsAmidAWave.ShouldBeGreaterThan(0, "kills that hit nothing prove nothing");
        (await audit.ReadAsync()).Orders.Length.ShouldBe(Units);
        answers.Count(answer => answer.OrderId is not null).ShouldBe(Units);
        answers.Where(answer => answer.OrderId is null).ShouldAllBe(answer => answer.Type == "sold-out");
    }
}

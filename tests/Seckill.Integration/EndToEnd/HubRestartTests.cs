using System.Net;
using Shouldly;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>I5: results reach their users although the hub dies while they are made.</summary>
public sealed class HubRestartTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "headphones";

    [Fact]
    public async Task HubKilledAndStartedAgain_ClientsResume_NothingLostNothingTwice()
    {
        const int Buyers = 60;
        using CancellationTokenSource deadline = Deadline();
        string sale = await Client.CreateSaleAsync(Sku, Buyers);
        (string User, string Token)[] buyers = await BuyersAsync("resumer", Buyers);
        List<Listener> listeners = [];
        try
        {
            foreach ((_, string token) in buyers)
            {
                listeners.Add(await Listener.ConnectAsync(Stack.HubUrl, token, deadline.Token));
            }

            // A third is told before the hub dies, a third while it is dead, a third once it is back.
            string[] orders = new string[Buyers];
            await GrabAsync(0, 20);
            await Stack.Hub.KillAsync();
            await GrabAsync(20, 40);
            (await HealthAsync(Stack.Api, "/healthz/ready")).Status.ShouldBe(HttpStatusCode.OK, "selling does not need the hub");
            (await Client.GetAsync($"/api/v1/orders/{orders[30]}", buyers[30].Token)).Status.ShouldBe(HttpStatusCode.OK);
            await Stack.Hub.StartAsync(deadline.Token);
            await GrabAsync(40, 60);

            for (int i = 0; i < Buyers; i++)
            {
                await listeners[i].OrderCreatedAsync(orders[i], deadline.Token);
            }

            foreach (Listener listener in listeners)
            {
                listener.Messages.Count.ShouldBe(1);
                listener.Gaps.ShouldBeEmpty();
                listener.Connects.ShouldBeGreaterThan(1);
            }

            async Task GrabAsync(int from, int to)
            {
                for (int i = from; i < to; i++)
                {
                    GrabAnswer answer = await Client.GrabUntilKnownAsync(sale, Sku, buyers[i].User, buyers[i].Token, deadline.Token);
                    answer.Won.ShouldBeTrue();
                    orders[i] = answer.OrderId!;
                }
            }
        }
        finally
        {
            await Task.WhenAll(listeners.Select(listener => listener.DisposeAsync().AsTask()));
        }
    }
}

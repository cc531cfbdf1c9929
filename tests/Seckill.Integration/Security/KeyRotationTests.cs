using System.Net;
using System.Text.Json;
using Seckill.Integration.EndToEnd;
using Seckill.Local;
using Seckill.Local.Stack;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Security;

/// <summary>
/// Goal: keys are changed in mid-sale, and nobody is logged out and no grab token lost. Method: the three steps of docs/security.md, each an Api process with the keys of that step beside the
/// stack's own, which has the old keys only; what one signs is shown to the next.
/// </summary>
public sealed class KeyRotationTests(StackFixture fixture) : EndToEndTest(fixture)
{
    private const string Sku = "rotated";
    private const string BearerId = "Seckill__Auth__Keys__{0}__Id";
    private const string BearerSecret = "Seckill__Auth__Keys__{0}__Secret";
    private const string GrabTokenKey = "Seckill__GrabTokens__Keys__{0}";

    [Fact]
    public async Task RotatedInMidSale_NobodyIsLoggedOut_AndNoTokenIsLost()
    {
        using CancellationTokenSource deadline = Deadline();
        using TemporaryDirectory directory = new();
        string sale = await Client.CreateSaleAsync(Sku, 10, admission: new { grabToken = "single-use" });
        (string Id, string Bearer, string GrabToken) old = ("local", Stack.ServiceEnvironment[At(BearerSecret, 0)], Stack.ServiceEnvironment[At(GrabTokenKey, 0)]);
        (string Id, string Bearer, string GrabToken) next = ("next", StackEnvironment.NewSecret(), StackEnvironment.NewSecret());
        await using ServiceProcess added = Api(directory, "added", old, next), moved = Api(directory, "moved", next, old), removed = Api(directory, "removed", next);
        await Task.WhenAll(added.StartAsync(deadline.Token), moved.StartAsync(deadline.Token), removed.StartAsync(deadline.Token));
        using StackClient first = new(added.Url.ToString()), second = new(moved.Url.ToString()), third = new(removed.Url.ToString());

        // Step 1: whoever came in before is understood everywhere.
        string early = await Client.TokenAsync("rotation-early");
        string earlyToken = await GrabTokenAsync(Client, sale, early);
        (await StatusAsync(first, early), await StatusAsync(second, early)).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));

        // Step 2: nodes of both steps are at work; what either signs the other takes.
        string during = await second.TokenAsync("rotation-during");
        string duringToken = await GrabTokenAsync(second, sale, during);
        (await StatusAsync(first, during), await StatusAsync(second, during)).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));
        (await StatusAsync(Client, during)).ShouldBe(HttpStatusCode.Unauthorized, "a node that was not told of the key first: why step 1 is a step");
        (await second.GrabUntilKnownAsync(sale, Sku, "rotation-early", early, deadline.Token, earlyToken)).Won.ShouldBeTrue();
        (await first.GrabUntilKnownAsync(sale, Sku, "rotation-during", during, deadline.Token, duringToken)).Won.ShouldBeTrue();

        // Step 3: the new key's are good, the old key's are not any more.
        string late = await third.TokenAsync("rotation-late");
        string lateToken = await GrabTokenAsync(third, sale, late);
        (await StatusAsync(third, during), await StatusAsync(third, late), await StatusAsync(third, early)).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Unauthorized));
        (await second.GrabUntilKnownAsync(sale, Sku, "rotation-late", late, deadline.Token, lateToken)).Won.ShouldBeTrue();
    }

    private static async Task<HttpStatusCode> StatusAsync(StackClient client, string token) => (await client.GetAsync("/api/v1/orders", token)).Status;

    private static async Task<string> GrabTokenAsync(StackClient client, string sale, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"/api/v1/sales/{sale}/items/{Sku}/grab-token");
        using HttpResponseMessage answer = await client.SendAsync(request, token);
        string body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        using JsonDocument issued = JsonDocument.Parse(body);
        return issued.RootElement.GetProperty("token").GetString()!;
    }

    private ServiceProcess Api(TemporaryDirectory directory, string name, params (string Id, string Bearer, string GrabToken)[] keys)
    {
        Dictionary<string, string> environment = new(Stack.ServiceEnvironment);
        for (int i = 0; i < keys.Length; i++)
        {
            (environment[At(BearerId, i)], environment[At(BearerSecret, i)], environment[At(GrabTokenKey, i)]) = keys[i];
        }

        return new ServiceProcess(new() { Name = name, Project = "Seckill.Api", Directory = directory.Combine(name), Environment = environment });
    }

    private static string At(string setting, int index) => string.Format(null, setting, index);
}

using System.Net;
using System.Text.Json;
using Seckill.Local.Stack;
using Xunit;

namespace Seckill.Integration.EndToEnd;

/// <summary>A test against the whole engine. They share its processes, some kill them, so they run one after another.</summary>
[Collection(TheWholeEngine)]
public abstract class EndToEndTest(StackFixture fixture) : IAsyncLifetime
{
    /// <summary>The name of their collection.</summary>
    internal const string TheWholeEngine = "the whole engine";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    private protected LocalStack Stack { get; private set; } = null!;

    private protected StackClient Client { get; private set; } = null!;

    /// <summary>Long enough for a killed consumer's session to run out and its partitions to move, several times over.</summary>
    private protected static CancellationTokenSource Deadline() => new(TimeSpan.FromMinutes(5));

    public async ValueTask InitializeAsync()
    {
        Stack = await fixture.StackAsync();
        Client = new StackClient(Stack.Api.Url.ToString());
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected SaleAudit Audit(string sale, string sku, int units) => new(Stack.RedisConnection, Stack.MySqlConnection, sale, sku, units);

    /// <summary>What one of the stack's services tells its probes.</summary>
    private protected static async Task<(HttpStatusCode Status, JsonElement Parts)> HealthAsync(ServiceProcess service, string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri(service.Url, path));
        JsonElement body = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, body.TryGetProperty("parts", out JsonElement parts) ? parts : default);
    }

    /// <summary>Tokens for <paramref name="count"/> users, a few dozen requests at a time.</summary>
    private protected async Task<(string User, string Token)[]> BuyersAsync(string prefix, int count)
    {
        (string User, string Token)[] buyers = new (string, string)[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            string user = $"{prefix}-{i}";
            buyers[i] = (user, await Client.TokenAsync(user));
        });
        return buyers;
    }
}

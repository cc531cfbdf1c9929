using Seckill.Core.Ids;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Crowd;

/// <summary>Signs a crowd in. User ids carry the run's id, so no run meets another's users.</summary>
public static class CrowdSource
{
    private const int Concurrency = 32;

    /// <summary>Fetches one development token per user, a bounded number at a time.</summary>
    public static async Task<LoadUser[]> SignInAsync(AdminApi api, string prefix, int count, IProgress<int>? progress, CancellationToken stop)
    {
        LoadUser[] users = new LoadUser[count];
        int done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = stop };
        await Parallel.ForAsync(0, count, options, async (index, cancel) =>
        {
            UserId user = new($"{prefix}-{index}");
            users[index] = new LoadUser(user, await api.IssueTokenAsync(user.Value, "buyer", cancel));
            progress?.Report(Interlocked.Increment(ref done));
        });
        return users;
    }
}

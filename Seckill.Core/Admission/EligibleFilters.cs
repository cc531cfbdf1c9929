using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>The filters of restricted sales: loads what is published, and builds and publishes what is not. Thread-safe.</summary>
/// <remarks>
/// One node builds, the one that took <see cref="BloomKeys.Builder"/>; the others load. A filter is made of the list as it stands after its version was read, so it has every user of that
/// version, and perhaps some of the next: a filter may have too many, never too few. Methods throw <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is away.
/// </remarks>
internal sealed class EligibleFilters(RedisConnection redis, ILogger log)
{
    private const double FalsePositiveRate = 0.001;

    // Below it, a part costs more than it saves.
    private const int ItemsPerPart = 100_000;
    private const int MaxParts = 4;

    // A list of the greatest length takes about two seconds.
    private static readonly TimeSpan BuildTime = TimeSpan.FromSeconds(30);

    private readonly BloomStore _store = new(redis);

    /// <summary>Brings a view up to the list's version, by loading or by building. Does nothing while another node builds.</summary>
    public async Task RefreshAsync(Sale sale, EligibleView view)
    {
        BloomKeys keys = new(SaleKeys.EligibleTag(sale.Id));
        long wanted = view.ListVersion;
        if (await _store.VersionAsync(keys) is long published && published == wanted)
        {
            BloomLoad load = await _store.LoadAsync(keys);
            if (load.Fault is BloomFault.None)
            {
                view.Take(load.Filter!, load.Version);
                BloomMetrics.Loaded.Add(1);
                return;
            }

            if (view.Refused != (published, load.Fault))
            {
                view.Refused = (published, load.Fault);
                BloomMetrics.Refused(load.Fault);
                log.FilterRefused(sale.Id, load.Fault);
            }

            if (load.Fault is BloomFault.UnknownFormat)
            {
                // A newer program's, and good for that one: two that each built their own would never end.
                return;
            }
        }

        await TryBuildAsync(sale, keys, view);
    }

    private async Task TryBuildAsync(Sale sale, BloomKeys keys, EligibleView view)
    {
        RedisValue me = Guid.NewGuid().ToString("N");
        if (!await redis.RunAsync(db => db.StringSetAsync(keys.Builder, me, BuildTime, When.NotExists)))
        {
            return;
        }

        try
        {
            await BuildAsync(sale, keys, view);
        }
        finally
        {
            await redis.RunAsync(db => db.LockReleaseAsync(keys.Builder, me));
        }
    }

    private async Task BuildAsync(Sale sale, BloomKeys keys, EligibleView view)
    {
        // Before the list: see the remarks above.
        long version = (long)await redis.RunAsync(db => db.StringGetAsync(SaleKeys.EligibleVersion(sale.Id)));
        if (version == 0 || await ReadListAsync(sale) is not { } members)
        {
            return;
        }

        // What is published under this version or a later one was refused, or is of a life that Redis has forgotten. It is only a pointer: nodes keep what they have.
        if (await _store.VersionAsync(keys) >= version)
        {
            await redis.RunAsync(db => db.KeyDeleteAsync(keys.Head));
        }

        BloomShape shape = BloomShape.For(members.Count, FalsePositiveRate, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        BloomFilter filter = BloomFilter.Build(members, shape, Math.Clamp(members.Count / ItemsPerPart, 1, MaxParts));
        DateTimeOffset endsAt = sale.Window.EndsAt + SaleKeys.KeepEligible;
        if (await _store.PublishAsync(keys, filter, version, endsAt, SaleKeys.EligibleChannel, sale.Id.ToString()) is BloomPublish.Published)
        {
            view.Take(filter, version);
            BloomMetrics.Built.Add(1);
        }
    }

    // SSCAN gives each member that is there from the first page to the last; one that it gives twice is counted twice, which only makes the filter larger.
    private async Task<List<string>?> ReadListAsync(Sale sale)
    {
        List<string> members = [];
        bool whole = false;
        string cursor = "0";
        do
        {
            string from = cursor;
            RedisResult[] page = (RedisResult[])(await redis.RunAsync(db => db.ExecuteAsync("SSCAN", SaleKeys.Eligible(sale.Id), from, "COUNT", 1_000)))!;
            cursor = (string)page[0]!;
            foreach (RedisValue member in (RedisValue[])page[1]!)
            {
                if (member == SaleKeys.EligibleWritten)
                {
                    whole = true;
                }
                else
                {
                    members.Add(member!);
                }
            }
        }
        while (cursor != "0");
        return whole && members.Count > 0 ? members : null;
    }
}

using System.Collections.Concurrent;
using Seckill.Core.Stock;

namespace Seckill.Core.Tests.Grab;

/// <summary>Stands where the lanes ask Redis: every call waits until the test answers it.</summary>
internal sealed class FakeStock
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly BlockingCollection<Call> _calls = [];

    /// <summary>Calls that no test has looked at.</summary>
    public int Unseen => _calls.Count;

    public Task<StockReply> DecideAsync(StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long expectedEpoch, long minVersion, StockAsk ask)
    {
        Call call = new(bucket, grabs.ToArray(), expectedEpoch, minVersion, ask);
        _calls.Add(call);
        return call.Reply.Task;
    }

    /// <summary>The next call, in the order made; waits for it.</summary>
    public Call Next() => _calls.TryTake(out Call? call, Deadline) ? call : throw new TimeoutException("No call was made within 30 s.");

    internal sealed record Call(StockBucket Bucket, StockGrab[] Grabs, long Epoch, long Version, StockAsk Ask)
    {
        public TaskCompletionSource<StockReply> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void ReserveAll(long epoch = 1, long version = 1) => Answer(epoch, version, _ => StockAnswer.Reserved);

        public void Answer(long epoch, long version, Func<StockGrab, StockAnswer> answer, long left = 1) =>
            Reply.SetResult(new StockReply(
                StockStatus.Decided, epoch, version, left, [.. Grabs.Select(grab => new StockDecision(answer(grab), grab.Order))]));

        public void Refuse(StockStatus status, long epoch = 0, long version = 0) => Reply.SetResult(new StockReply(status, epoch, version, 0, []));

        public void Fail(bool outcomeUnknown) => Reply.SetException(new StockUnavailableException("Away.", outcomeUnknown));
    }
}

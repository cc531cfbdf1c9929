namespace Seckill.Core.Grab;

/// <summary>Tells some grabs of a batch their results, one after another on one thread of the pool.</summary>
/// <remarks>
/// What waits for a grab writes its answer and goes on to the next request; run by itself, each would cost a work item and a wake-up of its own. The loop that talks to Redis hands
/// the slices over and never runs them: its thread is not borrowed.
/// </remarks>
internal sealed class AnsweredSlice : IThreadPoolWorkItem
{
    // Small enough that a batch of 32 keeps two cores busy, large enough that the hand-over is a small part of the work.
    private const int Length = 16;

    private readonly PendingGrab[] _batch;
    private readonly GrabResult[] _results;
    private readonly int _from;
    private readonly int _to;

    private AnsweredSlice(PendingGrab[] batch, GrabResult[] results, int from, int to)
    {
        (_batch, _results, _from, _to) = (batch, results, from, to);
    }

    /// <summary>Hands a batch over; <paramref name="results"/> are in its order.</summary>
    public static void Queue(PendingGrab[] batch, GrabResult[] results)
    {
        for (int from = 0; from < batch.Length; from += Length)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new AnsweredSlice(batch, results, from, Math.Min(from + Length, batch.Length)), preferLocal: false);
        }
    }

    public void Execute()
    {
        for (int i = _from; i < _to; i++)
        {
            _batch[i].TrySetResult(_results[i]);
        }
    }
}

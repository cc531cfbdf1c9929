using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Collects the delivery reports of one batch. Reports come on the client's threads, in any order; each index reports once.</summary>
internal sealed class Delivery(int count)
{
    // Continuations elsewhere: the reporting thread is the client's poll thread and must go on polling.
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool[] _stands = new bool[count];
    private int _open = count;

    /// <summary>Ends when every index has reported, well or badly.</summary>
    public Task Completed => _completed.Task;

    /// <summary>The last failure's text; null while there was none.</summary>
    public string? LastError { get; private set; }

    /// <summary>Whether Kafka has acknowledged the message.</summary>
    public bool Stands(int index) => Volatile.Read(ref _stands[index]);

    public void Report(int index, Error error)
    {
        if (error.IsError)
        {
            LastError = $"{error.Code}: {error.Reason}";
        }
        else
        {
            Volatile.Write(ref _stands[index], true);
        }

        if (Interlocked.Decrement(ref _open) == 0)
        {
            _completed.TrySetResult();
        }
    }
}

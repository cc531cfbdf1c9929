using System.Collections.Concurrent;

namespace Push.Hub.Backplane;

/// <summary>Questions to the other nodes that wait for an answer: one node has the connection and says done, or all say that it is not theirs.</summary>
internal sealed class PendingReplies(TimeProvider time, TimeSpan timeout)
{
    private readonly ConcurrentDictionary<long, Question> _questions = new();
    private long _lastId;

    /// <summary>Asks.</summary>
    /// <param name="publish">Publishes the question under the id given, and returns how many nodes were listening.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>True when a node has done it, false when no node has the connection.</returns>
    /// <exception cref="IOException">The question reached nobody: Redis is away.</exception>
    /// <exception cref="TimeoutException">Some node did not answer in time; the question may still be carried out.</exception>
    public async Task<bool> AskAsync(Func<long, Task<long>> publish, CancellationToken cancellation)
    {
        long id = Interlocked.Increment(ref _lastId);
        Question question = new();
        _questions[id] = question;
        try
        {
            long nodes = await publish(id);
            if (nodes == 0)
            {
                throw new IOException("The other nodes cannot be asked: Redis did not take the question.");
            }

            question.Expect(nodes);
            return await question.Task.WaitAsync(timeout, time, cancellation);
        }
        finally
        {
            _questions.TryRemove(id, out _);
        }
    }

    public void Done(long id)
    {
        if (_questions.TryGetValue(id, out Question? question))
        {
            question.Done();
        }
    }

    public void NotHere(long id)
    {
        if (_questions.TryGetValue(id, out Question? question))
        {
            question.NotHere();
        }
    }

    private sealed class Question
    {
        private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _refusals;
        private long _expected = long.MaxValue;

        public Task<bool> Task => _answer.Task;

        // Answers may arrive before the publish has told how many there will be, hence both ways round.
        public void Expect(long nodes)
        {
            Volatile.Write(ref _expected, nodes);
            if (Volatile.Read(ref _refusals) >= nodes)
            {
                _answer.TrySetResult(false);
            }
        }

        public void NotHere()
        {
            if (Interlocked.Increment(ref _refusals) >= Volatile.Read(ref _expected))
            {
                _answer.TrySetResult(false);
            }
        }

        public void Done() => _answer.TrySetResult(true);
    }
}

using System.Collections.Concurrent;

namespace Seckill.Chaos.Crowds;

/// <summary>Everything that the crowd was told: each answer of each request, and each message of each listener. Thread-safe.</summary>
internal sealed class CrowdLog
{
    private readonly ConcurrentQueue<GrabAnswer> _answers = new();
    private readonly ConcurrentDictionary<string, CrowdListener> _listeners = new();
    private long _gaveUp;

    public IReadOnlyCollection<GrabAnswer> Answers => _answers;

    /// <summary>By user.</summary>
    public IReadOnlyDictionary<string, CrowdListener> Listeners => _listeners;

    /// <summary>Users who never got an answer that settled their grab.</summary>
    public long GaveUp => Volatile.Read(ref _gaveUp);

    public int Won => _answers.Count(answer => answer.Won);

    public void Add(GrabAnswer answer) => _answers.Enqueue(answer);

    public void Add(CrowdListener listener) => _listeners[listener.User] = listener;

    public void GiveUp() => Interlocked.Increment(ref _gaveUp);
}

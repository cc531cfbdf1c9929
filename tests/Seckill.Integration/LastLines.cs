using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Seckill.Integration;

/// <summary>The last lines that hosts of a test wrote, to be shown when the test fails. Bounded; thread-safe.</summary>
internal sealed class LastLines : ILoggerProvider
{
    private const int MostLines = 60;

    private readonly ConcurrentQueue<string> _lines = [];

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public override string ToString() => string.Join('\n', _lines);

    public void Dispose()
    {
        // Shared by hosts that end before the test does.
    }

    private void Add(string line)
    {
        _lines.Enqueue(line);
        if (_lines.Count > MostLines)
        {
            _lines.TryDequeue(out _);
        }
    }

    private sealed class Writer(LastLines tail, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                tail.Add($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {logLevel} {category[(category.LastIndexOf('.') + 1)..]}: {formatter(state, exception)} {exception?.GetType().Name} {exception?.Message}".TrimEnd());
            }
        }
    }
}

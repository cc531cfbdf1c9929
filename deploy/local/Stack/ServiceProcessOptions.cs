namespace Seckill.Local.Stack;

/// <summary>Which of our hosts a <see cref="ServiceProcess"/> runs, and how.</summary>
public sealed record ServiceProcessOptions
{
    /// <summary>How messages call it, for example <c>api</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The project, for example <c>Seckill.Api</c>; must have been built in Release.</summary>
    public required string Project { get; init; }

    /// <summary>A project whose runtime settings (garbage collector, JIT) this one runs under, in place of its own: whoever is compared runs alike. Default: its own.</summary>
    public string? RuntimeOf { get; init; }

    /// <summary>Private directory for its log.</summary>
    public required string Directory { get; init; }

    /// <summary>Port on 127.0.0.1; default: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>How long a start may take before it counts as failed: 1 min.</summary>
    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Configuration, as environment variables; added to those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}

namespace Seckill.Hosting.Logs;

/// <summary>How log lines look on the console.</summary>
public enum LogFormat
{
    /// <summary><see cref="Simple"/> in Development, <see cref="Json"/> everywhere else.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>For people, on a line each.</summary>
    Simple,
}

namespace Seckill.Hosting.Logs;

/// <summary>How the console is written. Levels are where they always are, in <c>Logging:LogLevel</c>.</summary>
public sealed record LogOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Logs";

    /// <summary>Auto, Json or Simple. Default Auto: JSON where a machine reads it, text where a person does.</summary>
    public LogFormat Format { get; set; } = LogFormat.Auto;
}

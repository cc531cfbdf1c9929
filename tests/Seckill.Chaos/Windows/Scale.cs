namespace Seckill.Chaos.Windows;

/// <summary>How much of a window is run: the short form that every CI run does, or the full figures (<c>./seckill chaos --full</c>).</summary>
internal static class Scale
{
    /// <summary>The environment variable that asks for the full figures.</summary>
    public const string Variable = "SECKILL_CHAOS_FULL";

    public static bool IsFull { get; } = Environment.GetEnvironmentVariable(Variable) is "1";

    public static int Of(int usual, int full) => IsFull ? full : usual;
}

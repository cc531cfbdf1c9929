namespace Seckill.Chaos.Windows;

/// <summary>The trait that keeps a window out of <c>./seckill test</c>: the windows together take a quarter of an hour. <c>./seckill chaos --full</c> and <c>--planted</c> run them all.</summary>
internal static class Run
{
    /// <summary>The trait.</summary>
    public const string Name = "run";

    /// <summary>Its value for a window that needs a minute or more; <c>Seckill.Local</c> leaves these out by this name.</summary>
    public const string Long = "long";
}

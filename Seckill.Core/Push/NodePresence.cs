namespace Seckill.Core.Push;

/// <summary>A hub node that lives.</summary>
/// <param name="Node">Its name; random, and another one each time that it starts.</param>
/// <param name="Figures">What it last said.</param>
public sealed record NodePresence(string Node, NodeFigures Figures);

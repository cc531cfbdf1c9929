namespace Seckill.Chaos.Schedule;

/// <summary>One entry of the catalogue.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Weight">How often it is drawn, against the others.</param>
/// <param name="Strike">Makes it happen and heals it again; what is still to be healed when it returns, it heals itself soon. Random choices come from the step's own seed.</param>
/// <param name="MinMinutes">Only runs of at least this length draw it; 0 for every run.</param>
/// <param name="Loss">Which copy of a young promise it destroys, see <see cref="PromiseCopies"/>.</param>
internal sealed record FaultKind(string Name, int Weight, Func<FaultContext, Task> Strike, int MinMinutes = 0, Loss Loss = Loss.None);

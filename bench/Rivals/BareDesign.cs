namespace Seckill.Rivals;

/// <summary>Decides nothing: what HTTP alone costs.</summary>
internal sealed class BareDesign(FixedAnswer answer) : IDesign
{
    public Task GrabAsync(HttpContext context) => answer.AcceptAsync(context);

    public Task ResetAsync() => Task.CompletedTask;
}

namespace Seckill.Rivals;

/// <summary>One way to answer grabs.</summary>
internal interface IDesign
{
    /// <summary>Answers one grab.</summary>
    Task GrabAsync(HttpContext context);

    /// <summary>Makes ready for a run: full stock, no buyers.</summary>
    Task ResetAsync();
}

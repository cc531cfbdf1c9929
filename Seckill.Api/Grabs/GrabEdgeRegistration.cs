namespace Seckill.Api.Grabs;

/// <summary>Registers the edge of the grab path.</summary>
public static class GrabEdgeRegistration
{
    public static IServiceCollection AddGrabEdge(this IServiceCollection services) => services.AddSingleton<GrabAnswers>().AddSingleton<GrabEdge>();

    /// <summary>Must stand before everything else: what comes first is what a grab pays for.</summary>
    public static WebApplication UseGrabEdge(this WebApplication app)
    {
        GrabEdge edge = app.Services.GetRequiredService<GrabEdge>();
        app.Use(next => context => edge.InvokeAsync(context, next));
        return app;
    }
}

using System.Globalization;
using Seckill.Core.Identity;
using Seckill.Core.Redis;
using Seckill.Rivals;
using Seckill.Rivals.Push;
using StackExchange.Redis;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var options = builder.Configuration.GetSection(RivalOptions.Section).Get<RivalOptions>() ?? new RivalOptions();
if (options.Design is PushRival.Stock or PushRival.Raw)
{
    PushRival.Build(args, options.Design).Run();
    return;
}

builder.Services.AddSingleton(options).AddSingleton<FixedAnswer>().AddIdentity(builder.Configuration);
builder.Services.AddSingleton<IConnectionMultiplexer>(_ => RedisConnection.OpenMultiplexer(builder.Configuration["SECKILL:REDIS"]!, "rival", ordered: false));
_ = options.Design switch
{
    "bare" => builder.Services.AddSingleton<IDesign, BareDesign>(),
    "naive" => builder.Services.AddSingleton<IDesign, NaiveDesign>(),
    "single" => builder.Services.AddSingleton<IDesign, SingleDesign>(),
    _ => throw new InvalidOperationException($"There is no design '{options.Design}': bare, naive, single, stock, raw."),
};

var app = builder.Build();
var design = app.Services.GetRequiredService<IDesign>();

// Neither routing nor authentication stands before the measured path: one comparison tells a grab from what steers the run.
app.Run(async context =>
{
    if (HttpMethods.IsPost(context.Request.Method))
    {
        await design.GrabAsync(context);
        return;
    }

    if (context.Request.Path == "/reset")
    {
        await design.ResetAsync();
    }

    await context.Response.WriteAsync(GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture));
});
app.Run();

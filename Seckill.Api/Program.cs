using Seckill.Api.Pages;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPages(builder.Configuration);
var app = builder.Build();
app.MapPages();
app.Run();

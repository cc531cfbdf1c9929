using Push.Hub;

PushHubHost.Build(WebApplication.CreateBuilder(args)).Run();

using Seckill.LoadTests;

return await LoadCommand.Create().Parse(args).InvokeAsync();

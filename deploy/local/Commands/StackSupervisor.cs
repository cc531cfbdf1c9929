using Seckill.Local.Demo;
using Seckill.Local.Processes;
using Seckill.Local.Servers;
using Seckill.Local.Stack;
using Seckill.Local.State;

namespace Seckill.Local.Commands;

/// <summary>Runs one stack in this process, from its first part to the last, and keeps <c>state.json</c> true meanwhile.</summary>
internal sealed class StackSupervisor
{
    private const int EndedBySignal = 130;

    private readonly string _directory;
    private readonly StateFile _state;
    private readonly ConsoleProgress _progress = new();

    public StackSupervisor(string directory)
    {
        _directory = directory;
        _state = new StateFile(directory);
    }

    /// <summary>Starts, waits for a signal, stops.</summary>
    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync(int? apiPort, int? hubPort)
    {
        using StackLock? only = StackLock.TryTake(_directory);
        if (only is null)
        {
            return Terminal.Fail("Another process is starting this clone's stack.");
        }
        if (_state.Read() is not null)
        {
            Terminal.Note("The stack before this one did not stop in order; its data is taken up where it was.");
            _state.Delete();
        }

        using StopSignals signals = new();
        LocalStack? stack = null;
        try
        {
            stack = await StartAsync(apiPort, hubPort, signals.Stop);
            await signals.WaitAsync();
            return 0;
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            Terminal.Note("Stopped before it was ready.");
            return EndedBySignal;
        }
        catch (Exception error) when (error is ServerFailedException or DemoFailedException or InvalidOperationException
            or HttpRequestException or DllNotFoundException)
        {
            return Terminal.Fail(error.Message);
        }
        finally
        {
            // The file goes first: whoever reads it must not find parts that are about to leave.
            _state.Delete();
            await StopAsync(stack);
        }
    }

    private static int Preferred(int port) => FreePorts.IsFree(port) ? port : FreePorts.Next();

    private async Task<LocalStack> StartAsync(int? apiPort, int? hubPort, CancellationToken stop)
    {
        LocalStackOptions options = new()
        {
            Directory = _directory,
            ApiPort = apiPort ?? Preferred(StackPorts.Api),
            HubPort = hubPort ?? Preferred(StackPorts.Hub),
            Persistence = RedisPersistence.EverySecond,
            External = ExternalServers.FromEnvironment(),
            Progress = _progress,
        };
        LocalStack? stack = null;
        try
        {
            DemoIds? demo = null;
            await _progress.RunAsync("starting", async () =>
            {
                stack = await LocalStack.StartAsync(options, stop);
                demo = await DemoSale.OpenAsync(stack.Api.Url, TimeProvider.System, stop);
            });
            LocalState state = Describe(stack!, demo!);
            Welcome.Show(state);
            // Last: whoever waits for the file finds everything ready, and everything said.
            _state.Write(state);
            return stack!;
        }
        catch
        {
            await StopAsync(stack);
            throw;
        }
    }

    private async Task StopAsync(LocalStack? stack)
    {
        if (stack is not null)
        {
            await _progress.RunAsync("stopping", () => stack.DisposeAsync().AsTask());
        }
    }

    private static LocalState Describe(LocalStack stack, DemoIds demo) => new(
        Api: Root(stack.Api),
        Hub: Root(stack.Hub),
        Redis: stack.RedisConnection,
        Kafka: stack.KafkaBootstrapServers,
        Mysql: stack.MySqlConnection,
        Metrics: new MetricsUrls($"{Root(stack.Api)}/metrics", $"{Root(stack.Worker)}/metrics", $"{Root(stack.Hub)}/metrics"),
        Pids: new ProcessIds(
            stack.Api.Pid, stack.Worker.Pid, stack.Hub.Pid, stack.Redis?.Pid, stack.MariaDb?.Pid, Environment.ProcessId),
        Demo: demo);

    private static string Root(ServiceProcess service) => $"http://{service.Endpoint}";
}

using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Database;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Database;

public sealed class MySqlCircuitTests
{
    private readonly MySqlCircuit _circuit = new(TimeSpan.FromMilliseconds(100), TimeProvider.System, NullLogger<MySqlCircuit>.Instance);

    [Fact]
    public async Task ServerAway_TheCallIsRepeatedUntilItAnswers()
    {
        int calls = 0;

        int result = await _circuit.RunAsync(() => ++calls < 4 ? throw new FakeDbException(null) : Task.FromResult(calls), TestContext.Current.CancellationToken);

        result.ShouldBe(4);
        _circuit.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task WhileOpen_OneCallProbesAndTheOthersWait()
    {
        int atOnce = 0;
        int most = 0;
        int calls = 0;
        TaskCompletionSource firstFault = new(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task<int> CallAsync()
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                firstFault.SetResult();
                throw new TimeoutException();
            }

            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Delay(10);
            Interlocked.Decrement(ref atOnce);
            return Volatile.Read(ref calls) < 6 ? throw new TimeoutException() : 0;
        }

        Task<int> first = _circuit.RunAsync(CallAsync, TestContext.Current.CancellationToken);
        await firstFault.Task;
        await EventuallyAsync(() => _circuit.IsOpen);
        Task<int>[] others = [.. Enumerable.Range(0, 5).Select(_ => _circuit.RunAsync(
            async () => _circuit.IsOpen ? await CallAsync() : 0, TestContext.Current.CancellationToken))];
        await Task.WhenAll([first, .. others]);

        most.ShouldBe(1, "probes at once");
        calls.ShouldBeGreaterThanOrEqualTo(6);
    }

    [Theory]
    [InlineData(1406)]
    [InlineData(1213)]
    [InlineData(30_001)]
    public async Task WhatTheServerAnswers_ComesThroughAndOpensNothing(int number)
    {
        await Should.ThrowAsync<DbException>(() => _circuit.RunAsync<int>(() => throw new FakeDbException(number), TestContext.Current.CancellationToken));

        _circuit.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task StoppedWhileOpen_GivesUpAtOnce()
    {
        using CancellationTokenSource stop = new();
        Task<int> call = _circuit.RunAsync<int>(() => throw new FakeDbException(1040), stop.Token);
        await EventuallyAsync(() => _circuit.IsOpen);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData(null, MySqlFault.Away)]
    [InlineData(1040, MySqlFault.Away)]
    [InlineData(1053, MySqlFault.Away)]
    [InlineData(1146, MySqlFault.Away)]
    [InlineData(1290, MySqlFault.Away)]
    [InlineData(2013, MySqlFault.Away)]
    [InlineData(1205, MySqlFault.LockConflict)]
    [InlineData(1213, MySqlFault.LockConflict)]
    [InlineData(1264, MySqlFault.Data)]
    [InlineData(1406, MySqlFault.Data)]
    [InlineData(3819, MySqlFault.Data)]
    [InlineData(4025, MySqlFault.Data)]
    [InlineData(1644, MySqlFault.Unknown)]
    [InlineData(30_001, MySqlFault.Unknown)]
    public void EveryNumber_HasItsKind(int? number, MySqlFault kind) => MySqlErrors.Classify(new FakeDbException(number)).ShouldBe(kind);

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(1, deadline.Token);
        }
    }
}

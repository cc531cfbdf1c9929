using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Resilience;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Resilience;

/// <summary>What a caller sees of a dependency's pipeline. The clock moves only when told to; the dependency is a delegate that fails, is slow or hangs.</summary>
public sealed class DependencyPipelineTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly List<DependencyPipeline> _made = [];
    private int _asked;

    public void Dispose() => _made.ForEach(pipeline => pipeline.Dispose());

    [Fact]
    public async Task HalfOfTheCallsFail_NobodyIsAsked_UntilOneProbeIsAnswered()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions());
        await AnswerAsync(pipeline);
        await AnswerAsync(pipeline);
        await FailAsync(pipeline);
        await FailAsync(pipeline);

        await RefusedAsync(pipeline);
        _asked.ShouldBe(4);

        _time.Advance(TimeSpan.FromSeconds(11));
        await FailAsync(pipeline);
        await RefusedAsync(pipeline);

        _time.Advance(TimeSpan.FromSeconds(11));
        await AnswerAsync(pipeline);
        await AnswerAsync(pipeline);
        _asked.ShouldBe(7);
    }

    [Fact]
    public async Task SlowAnswers_ReachTheirCallers_AndOpenTheCircuit()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions());
        for (int i = 0; i < 4; i++)
        {
            (await pipeline.RunAsync(
                _ =>
                {
                    _time.Advance(TimeSpan.FromSeconds(2));
                    return Task.FromResult(i);
                },
                CancellationToken.None)).ShouldBe(i);
        }

        await RefusedAsync(pipeline);
    }

    [Fact]
    public async Task FaultsThatAreNoOutage_AreNotRepeated_AndNeverOpenTheCircuit()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions { Retries = 3 });
        for (int i = 0; i < 20; i++)
        {
            await Should.ThrowAsync<FormatException>(() => pipeline.RunAsync(Ask<int>(new FormatException()), CancellationToken.None));
        }

        _asked.ShouldBe(20);
        await AnswerAsync(pipeline);
    }

    [Fact]
    public async Task AnOutageThatPasses_IsRepeated_AndTheCallerSeesNothingOfIt()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions { Retries = 2, MinimumCalls = 10 });

        int answer = await pipeline.RunAsync(_ => ++_asked < 3 ? Task.FromException<int>(new IOException()) : Task.FromResult(7), CancellationToken.None);

        (answer, _asked).ShouldBe((7, 3));
    }

    /// <summary>A probe whose caller goes away has proved nothing.</summary>
    [Fact]
    public async Task TheProbeIsCancelled_TheCircuitStaysOpen()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions());
        for (int i = 0; i < 4; i++)
        {
            await FailAsync(pipeline);
        }

        _time.Advance(TimeSpan.FromSeconds(11));
        using CancellationTokenSource gone = new();
        Task<int> probe = pipeline.RunAsync(going => Task.Delay(Timeout.Infinite, going).ContinueWith(_ => 0, going, TaskContinuationOptions.None, TaskScheduler.Default), gone.Token);
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => probe);

        await RefusedAsync(pipeline);
    }

    [Fact]
    public async Task ACallThatHeedsNoToken_IsGivenUp_AsAnUnknownOutcome()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions { Timeout = TimeSpan.FromMilliseconds(50) }, TimeProvider.System);
        TaskCompletionSource<int> never = new();

        await Should.ThrowAsync<TimeoutException>(() => pipeline.RunAsync(_ => never.Task, CancellationToken.None));
    }

    [Fact]
    public async Task AllPlacesAreTaken_OneWaits_TheNextIsRefused()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions { MaxConcurrent = 1, MaxQueued = 1 });
        TaskCompletionSource<int> first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> running = pipeline.RunAsync(_ => first.Task, CancellationToken.None);
        Task<int> waiting = pipeline.RunAsync(Ask(2), CancellationToken.None);

        await RefusedAsync(pipeline);
        first.SetResult(1);

        (await running, await waiting, _asked).ShouldBe((1, 2, 1));
    }

    [Fact]
    public async Task Lent_OnlyTheOpeningIsRepeated_AndThePlaceIsTakenUntilItComesBack()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions { Retries = 2, MaxConcurrent = 1 });
        TaskCompletionSource<LoanEnd> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        string lent = await pipeline.LendAsync(
            _ => ++_asked < 2 ? Task.FromException<(string, Task<LoanEnd>)>(new IOException()) : Task.FromResult(("it", end.Task)), CancellationToken.None);
        (lent, _asked).ShouldBe(("it", 2));
        await RefusedAsync(pipeline);

        end.SetResult(new LoanEnd(new IOException(), TimeSpan.Zero));
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        while (!await CanAnswerAsync(pipeline))
        {
            await Task.Delay(5, deadline.Token);
        }

        _asked.ShouldBe(3, "what was met in use is the borrower's to repeat");
    }

    [Fact]
    public async Task WhatBorrowersMeet_OpensTheCircuit()
    {
        DependencyPipeline pipeline = Make(new TestResilienceOptions());
        LoanEnd[] ends = [new(null, TimeSpan.Zero), new(null, TimeSpan.Zero), new(null, TimeSpan.FromSeconds(3)), new(new IOException(), TimeSpan.Zero)];
        foreach (LoanEnd end in ends)
        {
            await pipeline.LendAsync(_ => Task.FromResult((0, Task.FromResult(end))), CancellationToken.None);
        }

        await RefusedAsync(pipeline);
    }

    private DependencyPipeline Make(ResilienceOptions options, TimeProvider? time = null)
    {
        DependencyPipeline pipeline = new("test", options, static fault => fault is IOException, time ?? _time, NullLogger.Instance);
        _made.Add(pipeline);
        return pipeline;
    }

    private Func<CancellationToken, Task<int>> Ask(int answer) => _ =>
    {
        _asked++;
        return Task.FromResult(answer);
    };

    private Func<CancellationToken, Task<T>> Ask<T>(Exception fault) => _ =>
    {
        _asked++;
        return Task.FromException<T>(fault);
    };

    private Task AnswerAsync(DependencyPipeline pipeline) => pipeline.RunAsync(Ask(1), CancellationToken.None);

    private Task FailAsync(DependencyPipeline pipeline) => Should.ThrowAsync<IOException>(() => pipeline.RunAsync(Ask<int>(new IOException()), CancellationToken.None));

    private Task RefusedAsync(DependencyPipeline pipeline) => Should.ThrowAsync<DependencyNotAskedException>(() => AnswerAsync(pipeline));

    private async Task<bool> CanAnswerAsync(DependencyPipeline pipeline)
    {
        try
        {
            await AnswerAsync(pipeline);
            return true;
        }
        catch (DependencyNotAskedException)
        {
            return false;
        }
    }
}

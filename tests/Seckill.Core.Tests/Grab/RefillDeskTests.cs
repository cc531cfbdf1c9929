using System.Threading.Channels;
using Seckill.Core.Grab;
using Seckill.Core.Stock.Segments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Grab;

/// <summary>Many grabs, few searches, and none of them older than the question.</summary>
public sealed class RefillDeskTests
{
    private readonly List<TaskCompletionSource<RefillOutcome>> _searches = [];
    private readonly Channel<bool> _begun = Channel.CreateUnbounded<bool>();
    private readonly RefillDesk _desk;

    public RefillDeskTests() => _desk = new RefillDesk(() =>
    {
        TaskCompletionSource<RefillOutcome> search = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _searches.Add(search);
        _begun.Writer.TryWrite(true);
        return search.Task;
    });

    [Fact]
    public async Task WhoComesDuringASearch_WaitsForTheNext_AndSharesIt()
    {
        Task<RefillOutcome> first = _desk.AskAsync();
        await BegunAsync();
        Task<RefillOutcome>[] late = [_desk.AskAsync(), _desk.AskAsync(), _desk.AskAsync()];
        _desk.Waiting.ShouldBe(4);

        _searches[0].SetResult(RefillOutcome.SoldOut);
        (await first).ShouldBe(RefillOutcome.SoldOut);
        await BegunAsync();
        late.ShouldAllBe(one => !one.IsCompleted, "what the first search saw may be older than their questions");
        _searches[1].SetResult(RefillOutcome.Refilled);

        (await Task.WhenAll(late)).ShouldAllBe(outcome => outcome == RefillOutcome.Refilled);
        _searches.Count.ShouldBe(2);
        _desk.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task ASearchThatFails_DoesNotTakeTheNextAlong()
    {
        Task<RefillOutcome> first = _desk.AskAsync();
        await BegunAsync();
        Task<RefillOutcome> late = _desk.AskAsync();
        _searches[0].SetException(new InvalidOperationException("A fault."));

        await Should.ThrowAsync<InvalidOperationException>(() => first);
        await BegunAsync();
        _searches[1].SetResult(RefillOutcome.Busy);
        (await late).ShouldBe(RefillOutcome.Busy);
    }

    private async Task BegunAsync() => await _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
}

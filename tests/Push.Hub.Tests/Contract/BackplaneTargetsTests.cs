using System.Collections;
using Microsoft.AspNetCore.SignalR.Protocol;
using Push.Hub.Backplane;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests.Contract;

/// <summary><see cref="TargetsContract"/> held against the backplane, and what it adds: protocols, and connections that take nothing.</summary>
public sealed class BackplaneTargetsTests : TargetsContract
{
    private static readonly object?[] Hello = ["hello"];

    private readonly BackplanePair _pair;

    public BackplaneTargetsTests(RedisFixture redis)
        : this(new BackplanePair(redis))
    {
    }

    private BackplaneTargetsTests(BackplanePair pair)
        : base(pair)
    {
        _pair = pair;
    }

    [Fact]
    public async Task NoListNamed_IsAnArgumentFault_EmptyNamesArePassedOver()
    {
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.SendConnectionsAsync(null!, "Say", Hello));
        await Should.ThrowAsync<ArgumentNullException>(async () => await One.SendUsersAsync(null!, "Say", Hello));

        await ConnectAsync(One, new MemoryConnection(new JsonHubProtocol(), user: null));
        await ConnectAsync(Two, new MemoryConnection(new JsonHubProtocol(), user: string.Empty));
        await ExpectAsync(node => node.SendUserAsync(null!, "Say", Hello));
        await ExpectAsync(node => node.SendUserAsync(string.Empty, "Say", Hello));
        await ExpectAsync(node => node.SendUsersAsync([null!, "carl", string.Empty], "Say", Hello), D);
        await ExpectAsync(node => node.SendConnectionsAsync([null!, A.Id, string.Empty], "Say", Hello), A);
    }

    [Fact]
    public Task AllExceptNull_IsAll() => ExpectAsync(node => node.SendAllExceptAsync("Say", Hello, null!), A, B, C, D);

    [Fact]
    public async Task ManyExcluded_TheListIsWalkedOnce_NotForEachConnection()
    {
        for (int i = 0; i < 50; i++)
        {
            await One.OnConnectedAsync(new MemoryConnection(new JsonHubProtocol(), user: null).Context);
        }

        CountingList excluded = new([.. Enumerable.Range(0, 100).Select(i => $"nobody-{i}"), A.Id]);
        await One.SendAllExceptAsync("Say", Hello, excluded);

        excluded.Looks.ShouldBeLessThanOrEqualTo(excluded.Count * 2);
        await ExpectSaidAsync(One, B, C, D);
    }

    [Fact]
    public async Task EachConnectionGetsItsProtocol_WrittenOncePerProtocolOnAllNodes()
    {
        await ConnectAsync(One, new MemoryConnection(Inverted, "dora"));
        await ConnectAsync(Two, new MemoryConnection(Inverted, "emil"));
        int before = _pair.InvertedWrites;

        await One.SendAllAsync("Say", Hello);
        await One.SendUsersAsync(["bert", "carl", "dora", "emil"], "Say", Hello);

        // Whatever the connections write with themselves would count here.
        (_pair.InvertedWrites - before).ShouldBe(2);
        Inverted.Writes.ShouldBe(0);
        (await B.ReadAsync()).Arguments.ShouldBe(Hello);
        (await D.ReadAsync()).Arguments.ShouldBe(Hello);
        (await A.ReadAsync()).Arguments.ShouldBe(Hello);
        (await C.ReadAsync()).Arguments.ShouldBe(Hello);
        (_pair.InvertedWrites - before).ShouldBe(2);
    }

    [Fact]
    public async Task OneConnectionTakesNothing_HoldsUpNobody_AndIsCutAtItsBound()
    {
        MemoryConnection stuck = new(new JsonHubProtocol(), "fred", isStuck: true);
        await Two.OnConnectedAsync(stuck.Context);
        _pair.NodeTwo.Connections.TryGet(stuck.Id, out LocalConnection? connection).ShouldBeTrue();
        string text = new('x', BackplaneNode.MaxQueueBytes / 4);

        // The bound holds three of these: the fourth is one too many.
        for (int sent = 1; sent <= 3; sent++)
        {
            await Two.SendAllAsync("Say", [text]);
            await One.SendUserAsync("carl", "Say", [text]);
            (await C.ReadAsync()).Arguments[0].ShouldBe(text);
            (await D.ReadAsync()).Arguments[0].ShouldBe(text);
            (await D.ReadAsync()).Arguments[0].ShouldBe(text);
            connection!.QueuedBytes.ShouldBeGreaterThan(sent * text.Length);
            connection.QueuedBytes.ShouldBeLessThanOrEqualTo(BackplaneNode.MaxQueueBytes);
            stuck.Context.ConnectionAborted.IsCancellationRequested.ShouldBeFalse();
        }

        await One.SendAllAsync("Say", [text]);
        (await C.ReadAsync()).Arguments[0].ShouldBe(text);
        await Eventually.TrueAsync(() => stuck.Context.ConnectionAborted.IsCancellationRequested, "the stuck connection is cut");
        connection!.QueuedBytes.ShouldBeLessThanOrEqualTo(BackplaneNode.MaxQueueBytes);
        (await D.ReadAsync()).Arguments[0].ShouldBe(text);
    }

    [Fact]
    public async Task FirstWriteStillPending_WhatFollowsKeepsItsOrder()
    {
        MemoryConnection stuck = new(new JsonHubProtocol(), "fred", isStuck: true);
        await One.OnConnectedAsync(stuck.Context);

        for (int i = 0; i < 100; i++)
        {
            await One.SendUserAsync("fred", "Say", [$"{i}"]);
        }

        _pair.NodeOne.Connections.TryGet(stuck.Id, out LocalConnection? connection).ShouldBeTrue();
        connection!.QueuedBytes.ShouldBeGreaterThan(0);
        for (int i = 0; i < 100; i++)
        {
            (await stuck.ReadAsync()).Arguments[0].ShouldBe($"{i}");
        }

        await Eventually.TrueAsync(() => connection.QueuedBytes == 0, "nothing waits any longer");
    }

    /// <summary>Counts how often its elements are looked at.</summary>
    private sealed class CountingList(IReadOnlyList<string> items) : IReadOnlyList<string>
    {
        public int Looks { get; private set; }

        public int Count => items.Count;

        public string this[int index]
        {
            get
            {
                Looks++;
                return items[index];
            }
        }

        public IEnumerator<string> GetEnumerator()
        {
            for (int i = 0; i < items.Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

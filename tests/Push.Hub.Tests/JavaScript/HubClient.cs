using System.Text.Json;
using Push.Hub.Tests.Support;

namespace Push.Hub.Tests.JavaScript;

/// <summary>The JavaScript client in a process of its own (<c>clients/js/test/hubClient.js</c>), with what it has told so far.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private readonly NodeProcess _node;

    private HubClient(NodeProcess node)
    {
        _node = node;
    }

    /// <summary>Ids of the mailbox's messages, as told.</summary>
    public IReadOnlyList<string> Ids => Told("message");

    /// <summary>What the connection went through.</summary>
    public IReadOnlyList<string> Statuses => Told("status");

    public static HubClient Start(Uri hub, string token, string transport, string saleId, string? device = null) =>
        new(NodeProcess.Start(
            [Path.Combine("test", "hubClient.js")],
            [("HUB_URL", hub.ToString()), ("ACCESS_TOKEN", token), ("TRANSPORT", transport), ("SALE_ID", saleId), .. device is null ? [] : new[] { ("DEVICE", device) }]));

    /// <summary>The details of one kind of event, in order.</summary>
    public IReadOnlyList<string> Told(string name) =>
        [.. _node.Output.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("event").GetString() == name).Select(line => line.GetProperty("detail").ToString())];

    /// <summary>Waits until the last status told is this one.</summary>
    public Task ShouldBecomeAsync(string status) => ShouldAsync(() => Statuses is [.., var last] && last == status, status);

    public Task ReceivedAsync(int count) => ShouldAsync(() => Ids.Count >= count, $"{count} messages");

    public Task ShouldTellAsync(string name, int count) => ShouldAsync(() => Told(name).Count >= count, $"{name} {count} times");

    /// <summary>Stops the client.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> EndAsync() => _node.EndAsync();

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private async Task ShouldAsync(Func<bool> condition, string what)
    {
        try
        {
            await Eventually.TrueAsync(condition, what);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"Expected: {what}. Said: {string.Join('\n', _node.Output.Concat(_node.Errors))}", fault);
        }
    }
}

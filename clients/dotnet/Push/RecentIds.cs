namespace Seckill.Client.Push;

/// <summary>The last so many message ids.</summary>
internal sealed class RecentIds(int capacity)
{
    private readonly HashSet<string> _known = [];
    private readonly Queue<string> _order = new();

    /// <summary>Adds an id; false when it is among the last ones.</summary>
    public bool Add(string id)
    {
        if (!_known.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }
}

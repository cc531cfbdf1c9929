namespace Seckill.LoadTests.PushFanout;

/// <summary>Which numbers from 1 on have been seen, a bit for each. Not thread-safe.</summary>
internal sealed class NumberSet
{
    /// <summary>Largest number taken: no run sends one receiver as many.</summary>
    public const long Max = 10_000_000;

    private ulong[] _bits = [];

    /// <summary>Adds a number; false when it was there, or is none that was ever sent.</summary>
    public bool Add(long number)
    {
        if (number is < 1 or > Max)
        {
            return false;
        }

        int word = (int)(number >> 6);
        if (word >= _bits.Length)
        {
            Array.Resize(ref _bits, Math.Max(word + 1, 2 * _bits.Length));
        }

        ulong bit = 1UL << (int)(number & 63);
        bool isNew = (_bits[word] & bit) == 0;
        _bits[word] |= bit;
        return isNew;
    }
}

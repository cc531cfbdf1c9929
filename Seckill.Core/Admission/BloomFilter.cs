using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Seckill.Core.Admission;

/// <summary>A set of texts that may say "perhaps" of a stranger but never "no" of a member: no false negatives, false positives at a chosen rate.</summary>
/// <remarks>
/// Sized by the usual formulas (Bloom 1970): bits = -n ln p / (ln 2)^2, hashes = bits/n ln 2; the hashes are h1 + i h2 of one 128-bit hash (Kirsch and Mitzenmacher 2006). Fill it on one thread;
/// from then on reading is thread-safe. The hash is fixed, so that bits made on one node mean the same on another.
/// </remarks>
public sealed class BloomFilter
{
    /// <summary>Largest filter: 2^33 bits, 1 GiB.</summary>
    private const long MaxBits = 1L << 33;

    private readonly ulong[] _words;
    private readonly ulong _bits;

    /// <summary>Makes an empty filter.</summary>
    /// <param name="expectedItems">Items to be added, at least 1; with more, false positives grow.</param>
    /// <param name="falsePositiveRate">Share of strangers that may pass, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range, or the filter would need more than 1 GiB.</exception>
    public BloomFilter(long expectedItems, double falsePositiveRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedItems, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(falsePositiveRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(falsePositiveRate, 1);

        double bits = Math.Ceiling(-expectedItems * Math.Log(falsePositiveRate) / (Math.Log(2) * Math.Log(2)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MaxBits, nameof(expectedItems));
        _words = new ulong[Math.Max(1, ((long)bits + 63) / 64)];
        _bits = (ulong)_words.Length * 64;
        Hashes = Math.Max(1, (int)Math.Round(_bits / (double)expectedItems * Math.Log(2)));
    }

    /// <summary>Bits in the filter, a multiple of 64.</summary>
    public long Bits => (long)_bits;

    /// <summary>Bits that each item sets.</summary>
    public int Hashes { get; }

    /// <summary>Adds an item.</summary>
    public void Add(ReadOnlySpan<char> item)
    {
        (ulong first, ulong second) = Hash(item);
        for (int i = 0; i < Hashes; i++)
        {
            ulong bit = Math.BigMul(first, _bits, out _);
            _words[bit >> 6] |= 1UL << (int)(bit & 63);
            first += second;
        }
    }

    /// <summary>False: the item was never added. True: it probably was; ask who knows exactly.</summary>
    public bool MightContain(ReadOnlySpan<char> item)
    {
        (ulong first, ulong second) = Hash(item);
        for (int i = 0; i < Hashes; i++)
        {
            ulong bit = Math.BigMul(first, _bits, out _);
            if ((_words[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
            {
                return false;
            }

            first += second;
        }

        return true;
    }

    /// <summary>
    /// Two 64-bit hashes by folded multiplication, in the manner of wyhash: each 8 bytes are mixed in by a 64x64 to 128 bit product whose halves are xored. Not for secrets: who knows the
    /// constants can make collisions, and gains a look-up in Redis by it.
    /// </summary>
    private static (ulong First, ulong Second) Hash(ReadOnlySpan<char> item)
    {
        const ulong P0 = 0xa0761d6478bd642f, P1 = 0xe7037ed1a0b428db, P2 = 0x8ebc6af09c88c6e3, P3 = 0x589965cc75374cc3;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(item);
        ulong first = P0 ^ (ulong)bytes.Length;
        ulong second = P1 ^ (ulong)bytes.Length;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            first = Mix(first ^ word, P2);
            second = Mix(second ^ word, P3);
            bytes = bytes[8..];
        }

        ulong last = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        first = Mix(Mix(first ^ last, P2) ^ P1, P3);
        second = Mix(Mix(second ^ last, P3) ^ P0, P2);

        // Odd, so that the steps never shrink to zero.
        return (first, second | 1);
    }

    private static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}

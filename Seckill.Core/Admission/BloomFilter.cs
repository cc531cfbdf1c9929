using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Seckill.Core.Admission;

/// <summary>A set of texts that may say "perhaps" of a stranger but never "no" of a member: no false negatives, false positives at a chosen rate.</summary>
/// <remarks>
/// The hashes are h1 + i h2 of one 128-bit hash (Kirsch and Mitzenmacher 2006). Fill it on one thread; from then on reading is thread-safe. The hash is fixed but for the shape's seed, so
/// that bits made on one node mean the same on another, and several builders can each fill one and unite them.
/// </remarks>
public sealed class BloomFilter
{
    private readonly ulong[] _words;
    private readonly ulong _bits;
    private readonly ulong _seed;
    private readonly int _hashes;

    /// <summary>Makes an empty filter.</summary>
    /// <param name="shape">From <see cref="BloomShape.For"/>, or from the header of another filter.</param>
    /// <exception cref="ArgumentOutOfRangeException">No filter has this shape.</exception>
    public BloomFilter(BloomShape shape)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Bits, 64, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Bits, BloomShape.MaxBits, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfNotEqual(shape.Bits % 64, 0, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfLessThan(shape.Hashes, 1, nameof(shape));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shape.Hashes, BloomShape.MaxHashes, nameof(shape));
        Shape = shape;
        _words = new ulong[shape.Bits / 64];
        (_bits, _hashes, _seed) = ((ulong)shape.Bits, shape.Hashes, shape.Seed);
    }

    /// <summary>Makes an empty filter of the smallest shape that keeps a rate, with no seed; see <see cref="BloomShape.For"/>.</summary>
    public BloomFilter(long expectedItems, double falsePositiveRate)
        : this(BloomShape.For(expectedItems, falsePositiveRate))
    {
    }

    /// <summary>Its size and hashing.</summary>
    public BloomShape Shape { get; }

    /// <summary>Items added, also twice; after a union an upper bound of the members.</summary>
    public long Count { get; private set; }

    /// <summary>The bitmap. Bit i is bit i mod 8 (from the lowest) of byte i / 8, on every machine that we run on: all of them are little-endian, and the header's checksum would tell.</summary>
    internal Span<byte> Bitmap => MemoryMarshal.AsBytes(_words.AsSpan());

    /// <summary>Fills a filter from a list in as many parts as asked for, side by side, and unites them.</summary>
    /// <param name="items">The members.</param>
    /// <param name="shape">The shape of the whole and of each part, so parts cost memory while they are filled.</param>
    /// <param name="parts">At least 1; each takes a thread.</param>
    public static BloomFilter Build(IReadOnlyList<string> items, BloomShape shape, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        BloomFilter[] filled = new BloomFilter[parts];
        Parallel.For(0, parts, part =>
        {
            BloomFilter filter = new(shape);
            int end = (int)((part + 1L) * items.Count / parts);
            for (int i = (int)((long)part * items.Count / parts); i < end; i++)
            {
                filter.Add(items[i]);
            }

            filled[part] = filter;
        });
        for (int part = 1; part < parts; part++)
        {
            filled[0].UnionWith(filled[part]);
        }

        return filled[0];
    }

    /// <summary>Adds an item.</summary>
    public void Add(ReadOnlySpan<char> item)
    {
        (ulong first, ulong second) = Hash(item, _seed);
        for (int i = 0; i < _hashes; i++)
        {
            ulong bit = Math.BigMul(first, _bits, out _);
            _words[bit >> 6] |= 1UL << (int)(bit & 63);
            first += second;
        }

        Count++;
    }

    /// <summary>Adds every member of another filter, exactly as if each had been added here.</summary>
    /// <exception cref="ArgumentException">It has another shape: its bits mean something else.</exception>
    public void UnionWith(BloomFilter other)
    {
        if (other.Shape != Shape)
        {
            throw new ArgumentException($"A filter of {Shape} cannot take up one of {other.Shape}.", nameof(other));
        }

        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }

        Count += other.Count;
    }

    /// <summary>False: the item was never added. True: it probably was; ask who knows exactly.</summary>
    public bool MightContain(ReadOnlySpan<char> item)
    {
        (ulong first, ulong second) = Hash(item, _seed);
        for (int i = 0; i < _hashes; i++)
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

    /// <summary>Takes a bitmap that was read elsewhere, with the number of items that it says it has.</summary>
    internal void Restore(ReadOnlySpan<byte> bitmap, long count)
    {
        bitmap.CopyTo(Bitmap);
        Count = count;
    }

    /// <summary>
    /// Two 64-bit hashes by folded multiplication, in the manner of wyhash: each 8 bytes are mixed in by a 64x64 to 128 bit product whose halves are xored. Not for secrets: who knows the
    /// constants and the seed can make collisions, and gains a look-up in Redis by it.
    /// </summary>
    private static (ulong First, ulong Second) Hash(ReadOnlySpan<char> item, ulong seed)
    {
        const ulong P0 = 0xa0761d6478bd642f, P1 = 0xe7037ed1a0b428db, P2 = 0x8ebc6af09c88c6e3, P3 = 0x589965cc75374cc3;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(item);
        ulong first = P0 ^ (ulong)bytes.Length ^ seed;
        ulong second = P1 ^ (ulong)bytes.Length ^ seed;
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

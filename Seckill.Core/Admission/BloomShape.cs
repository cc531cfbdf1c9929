namespace Seckill.Core.Admission;

/// <summary>Size and hashing of a Bloom filter. Filters of one shape can be united; those of two shapes cannot.</summary>
/// <param name="Bits">Bits, a multiple of 64.</param>
/// <param name="Hashes">Bits that each item sets, from 1 to <see cref="MaxHashes"/>.</param>
/// <param name="Seed">Goes into the hash: whoever cannot know it cannot look for texts that pass.</param>
public readonly record struct BloomShape(long Bits, int Hashes, ulong Seed)
{
    /// <summary>Largest filter: 2^33 bits, 1 GiB.</summary>
    public const long MaxBits = 1L << 33;

    /// <summary>Most hashes. More are of use only below a false-positive rate of 10^-19.</summary>
    public const int MaxHashes = 64;

    /// <summary>Bytes of the bitmap.</summary>
    public long Bytes => Bits / 8;

    /// <summary>The smallest shape that keeps a rate, by the usual formulas (Bloom 1970): bits = -n ln p / (ln 2)^2, hashes = bits/n ln 2.</summary>
    /// <param name="expectedItems">Items to be added, at least 1; with more, false positives grow.</param>
    /// <param name="falsePositiveRate">Share of strangers that may pass, above 0 and below 1.</param>
    /// <param name="seed">See <see cref="Seed"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range, or the filter would need more than 1 GiB.</exception>
    public static BloomShape For(long expectedItems, double falsePositiveRate, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedItems, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(falsePositiveRate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(falsePositiveRate, 1);

        double exact = Math.Ceiling(-expectedItems * Math.Log(falsePositiveRate) / (Math.Log(2) * Math.Log(2)));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exact, MaxBits, nameof(expectedItems));
        long bits = Math.Max(1, ((long)exact + 63) / 64) * 64;
        return new BloomShape(bits, Math.Clamp((int)Math.Round(bits / (double)expectedItems * Math.Log(2)), 1, MaxHashes), seed);
    }

    /// <summary>Share of strangers that pass once so many different items are in: (1 - e^(-kn/m))^k.</summary>
    public double FalsePositiveRateWith(long items) => Math.Pow(1 - Math.Exp(-Hashes * (double)items / Bits), Hashes);
}

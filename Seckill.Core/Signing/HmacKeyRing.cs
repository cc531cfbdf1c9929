using System.Text;

namespace Seckill.Core.Signing;

/// <summary>A key ring: the first key signs, all verify. Read once; a new key needs a restart. One class per purpose derives from it, so that the container cannot mix them up. Thread-safe.</summary>
public abstract class HmacKeyRing : IDisposable
{
    /// <summary>Fewest bytes of a secret: HMAC-SHA256 needs as many bits as its hash.</summary>
    public const int MinSecretBytes = 32;

    private readonly HmacKey[] _keys;

    /// <summary>Reads the keys.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="purpose">What they sign, as in "receipt"; a part of every key's id.</param>
    /// <exception cref="InvalidOperationException">A key file cannot be read or holds too short a secret; the message names the file, never what it holds.</exception>
    protected HmacKeyRing(HmacKeyRingOptions options, string purpose)
    {
        _keys = [.. options.Keys.Concat(options.KeyFiles.Select(file => Read(file, purpose))).Select(secret => new HmacKey(secret, purpose))];
    }

    internal HmacKey Signing => _keys[0];

    /// <summary>Null when the ring does not have it.</summary>
    internal HmacKey? Find(uint id)
    {
        foreach (HmacKey key in _keys)
        {
            if (key.Id == id)
            {
                return key;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_keys, key => key.Dispose());
        GC.SuppressFinalize(this);
    }

    private static string Read(string file, string purpose)
    {
        string secret;
        try
        {
            secret = File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The {purpose} key file {file} cannot be read: {fault.Message}", fault);
        }

        return Encoding.UTF8.GetByteCount(secret) >= MinSecretBytes
            ? secret
            : throw new InvalidOperationException($"The {purpose} key file {file} holds fewer than {MinSecretBytes} bytes.");
    }
}

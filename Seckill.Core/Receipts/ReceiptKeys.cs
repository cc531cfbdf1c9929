using Microsoft.Extensions.Options;

namespace Seckill.Core.Receipts;

/// <summary>The key ring: the first key signs, all verify. Read once; a new key needs a restart. Thread-safe.</summary>
public sealed class ReceiptKeys : IDisposable
{
    private readonly ReceiptKey[] _keys;

    /// <summary>Reads the keys.</summary>
    /// <exception cref="InvalidOperationException">A key file cannot be read or holds too short a secret; the message names the file, never what it holds.</exception>
    public ReceiptKeys(IOptions<ReceiptOptions> options)
    {
        _keys = [.. options.Value.Keys.Concat(options.Value.KeyFiles.Select(Read)).Select(secret => new ReceiptKey(secret))];
    }

    internal ReceiptKey Signing => _keys[0];

    /// <summary>Null when the ring does not have it.</summary>
    internal ReceiptKey? Find(uint id)
    {
        foreach (ReceiptKey key in _keys)
        {
            if (key.Id == id)
            {
                return key;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_keys, key => key.Dispose());

    private static string Read(string file)
    {
        string secret;
        try
        {
            secret = File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"The receipt key file {file} cannot be read: {fault.Message}", fault);
        }

        return System.Text.Encoding.UTF8.GetByteCount(secret) >= ReceiptOptions.MinSecretBytes
            ? secret
            : throw new InvalidOperationException($"The receipt key file {file} holds fewer than {ReceiptOptions.MinSecretBytes} bytes.");
    }
}

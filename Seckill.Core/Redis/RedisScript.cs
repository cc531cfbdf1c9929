using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Seckill.Core.Diagnostics;
using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>One embedded Lua script, called by its SHA-1 and loaded again when the server does not know it.</summary>
/// <remarks>
/// A restarted or promoted server has an empty script cache and answers NOSCRIPT: the call is then made once more with the script's text. NOSCRIPT means
/// that nothing ran, so the repetition is safe for every script. Thread-safe.
/// </remarks>
public sealed class RedisScript
{
    private readonly byte[] _sha1;
    private bool _wasLoaded;

    [SuppressMessage("Security", "CA5350", Justification = "EVALSHA is defined over SHA-1; nothing here rests on its strength.")]
    private RedisScript(string name, string text)
    {
        Name = name;
        Text = text;
        _sha1 = SHA1.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The file's name, for example <c>grab.lua</c>.</summary>
    public string Name { get; }

    /// <summary>The script, header included.</summary>
    public string Text { get; }

    /// <summary>Reads a script that is embedded in this assembly.</summary>
    /// <exception cref="InvalidOperationException">No such file is embedded.</exception>
    public static RedisScript Load(string name)
    {
        using Stream stream = typeof(RedisScript).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script {name} is not embedded.");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return new RedisScript(name, reader.ReadToEnd());
    }

    /// <summary>Runs the script. Has no time-out of its own.</summary>
    /// <exception cref="RedisException">Refused, or no connection; a lost connection leaves the outcome unknown.</exception>
    public async Task<RedisResult> RunAsync(IDatabase db, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await db.ScriptEvaluateAsync(_sha1, keys, arguments);
        }
        catch (RedisServerException refusal) when (refusal.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal) && !(Planted.F15 && _wasLoaded))
        {
            _wasLoaded = true;
            return await db.ScriptEvaluateAsync(Text, keys, arguments);
        }
    }
}

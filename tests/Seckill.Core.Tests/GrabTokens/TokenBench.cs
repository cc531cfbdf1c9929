using Microsoft.Extensions.Options;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;

namespace Seckill.Core.Tests.GrabTokens;

/// <summary>What issues and checks tokens, with a clock to turn.</summary>
internal sealed class TokenBench : IDisposable
{
    public const string OldKey = "an old key of thirty-two bytes at least";
    public const string NewKey = "a new key of thirty-two bytes at least";

    private readonly GrabTokenKeys _keys;

    public TokenBench(Action<GrabTokenOptions>? change = null, ManualTime? time = null, params string[] secrets)
    {
        GrabTokenOptions options = new();
        change?.Invoke(options);
        foreach (string secret in secrets.Length > 0 ? secrets : [NewKey])
        {
            options.Keys.Add(secret);
        }

        Settings = options;
        Time = time ?? new ManualTime();
        IOptions<GrabTokenOptions> wrapped = Options.Create(options);
        _keys = new GrabTokenKeys(wrapped);
        Signer = new GrabTokenSigner(_keys, wrapped, Time);
        Work = new ProofOfWork(_keys, wrapped, Time);
    }

    public static GrabTicket Ticket { get; } = new(new SaleId(42), new SkuId("phone-15"), new UserId("alice@shop"));

    public GrabTokenOptions Settings { get; }

    public ManualTime Time { get; }

    public GrabTokenSigner Signer { get; }

    public ProofOfWork Work { get; }

    public GrabTokenKeys Keys => _keys;

    public GrabTokenFault Verify(string token) => Signer.Verify(token, Ticket, out _);

    /// <summary>The first nonce that solves a challenge.</summary>
    public static long Solve(ProofOfWorkChallenge challenge)
    {
        long nonce = 0;
        while (ProofOfWork.LeadingZeroBits(challenge.Text, nonce) < challenge.Bits)
        {
            nonce++;
        }

        return nonce;
    }

    public void Dispose() => _keys.Dispose();
}

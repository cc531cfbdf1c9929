using Microsoft.Extensions.Options;
using Seckill.Core.Signing;

namespace Seckill.Core.GrabTokens;

/// <summary>The key ring of grab tokens and challenges.</summary>
public sealed class GrabTokenKeys(IOptions<GrabTokenOptions> options) : HmacKeyRing(options.Value, "grab token");

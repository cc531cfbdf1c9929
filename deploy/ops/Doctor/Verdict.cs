namespace Seckill.Ops.Doctor;

/// <summary>What a check came to.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and something will be slower, or less safe, than it need be.</summary>
    Warning,

    /// <summary>The engine cannot start with it, or may lose or oversell.</summary>
    Wrong,

    /// <summary>Nobody could look: the server does not tell, or this machine is not the one.</summary>
    NotLooked,
}

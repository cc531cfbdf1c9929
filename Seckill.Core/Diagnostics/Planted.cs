namespace Seckill.Core.Diagnostics;

/// <summary>
/// Bugs that a test plants: each switches off the remedy of one failure window (F1 to F16, <c>docs/failure-windows.md</c>), so that the test of that window can prove that it
/// would notice. Chosen with the environment variable <c>SECKILL__PLANT</c>; a host refuses to start with one outside Development.
/// </summary>
/// <remarks>Read once: the fields are constants to the JIT, and a remedy that stands costs nothing to ask about.</remarks>
public static class Planted
{
    /// <summary>The environment variable.</summary>
    public const string Variable = "SECKILL__PLANT";

    /// <summary>What is planted, <c>F1</c> to <c>F16</c>; empty in all but tests.</summary>
    public static readonly string Window = Environment.GetEnvironmentVariable(Variable) ?? string.Empty;

    /// <summary>The relay removes outbox entries before Kafka has acknowledged them.</summary>
    public static readonly bool F1 = Window == nameof(F1);

    /// <summary>Nothing republishes reservations that never became orders.</summary>
    public static readonly bool F2 = Window == nameof(F2);

    /// <summary>A message delivered again is handled as if it were new.</summary>
    public static readonly bool F3 = Window == nameof(F3);

    /// <summary>A message that MySQL refuses is dropped instead of put aside.</summary>
    public static readonly bool F4 = Window == nameof(F4);

    /// <summary>A MySQL that is away counts as a reason to give a message up.</summary>
    public static readonly bool F5 = Window == nameof(F5);

    /// <summary>Neither script nor guard looks at version and epoch after a failover.</summary>
    public static readonly bool F6 = Window == nameof(F6);

    /// <summary>A bucket that Redis lost is made anew with all of its units.</summary>
    public static readonly bool F7 = Window == nameof(F7);

    /// <summary>Ids follow the clock when it goes back, and take no notice of those that are there.</summary>
    public static readonly bool F8 = Window == nameof(F8);

    /// <summary>A deadline cancels an order without looking whether it was paid.</summary>
    public static readonly bool F9 = Window == nameof(F9);

    /// <summary>Nobody compares a user's position with the mailbox, and a resume sends nothing.</summary>
    public static readonly bool F10 = Window == nameof(F10);

    /// <summary>A slow client's queue has no bound.</summary>
    public static readonly bool F11 = Window == nameof(F11);

    /// <summary>A producer that failed for good is kept.</summary>
    public static readonly bool F12 = Window == nameof(F12);

    /// <summary>A worker that lost its partitions commits what it had in hand of them all the same.</summary>
    public static readonly bool F13 = Window == nameof(F13);

    /// <summary>An unknown outcome is asked again under a new order id.</summary>
    public static readonly bool F14 = Window == nameof(F14);

    /// <summary>A script that the server forgot is not sent again.</summary>
    public static readonly bool F15 = Window == nameof(F15);

    /// <summary>The queue before the stock has no bound and no time limit.</summary>
    public static readonly bool F16 = Window == nameof(F16);
}

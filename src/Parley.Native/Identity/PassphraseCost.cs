namespace Parley.Native.Identity;

/// <summary>What one guess at a passphrase costs: Argon2id on one lane. Stands in the key file, so that it can be raised later.</summary>
/// <param name="MemoryKiB">Memory in KiB.</param>
/// <param name="Passes">How often it is walked.</param>
public readonly record struct PassphraseCost(int MemoryKiB, int Passes)
{
    /// <summary>The least memory that is taken, KiB: below it a guess would hardly cost memory.</summary>
    public const int MemoryKiBMin = 8 * 1024;

    /// <summary>The most memory that is taken, KiB: a file must not be able to ask for more than a small computer has.</summary>
    public const int MemoryKiBMax = 512 * 1024;

    /// <summary>The most passes that are taken.</summary>
    public const int PassesMax = 16;

    /// <summary>64 MiB, three passes: a fraction of a second for who knows the passphrase.</summary>
    public static PassphraseCost Default => new(64 * 1024, 3);

    /// <summary>True within the bounds.</summary>
    public bool IsTaken => MemoryKiB is >= MemoryKiBMin and <= MemoryKiBMax && Passes is >= 1 and <= PassesMax;
}

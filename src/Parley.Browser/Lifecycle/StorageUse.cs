namespace Parley.Browser.Lifecycle;

/// <summary>What this origin keeps in the browser.</summary>
/// <param name="UsedBytes">Kept now.</param>
/// <param name="QuotaBytes">What the browser would allow.</param>
public readonly record struct StorageUse(long UsedBytes, long QuotaBytes);

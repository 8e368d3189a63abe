using System.Diagnostics;
using System.Globalization;

namespace Parley.EndToEnd.App;

/// <summary>
/// The wall clock of the processes that are started with it: off from the computer's by so much, and moved while they run. Their timers
/// keep the real pace.
/// </summary>
/// <remarks>libfaketime, loaded into the process. What a process reads is in <see cref="Set"/>'s file, so a move counts from its next look at the clock.</remarks>
internal sealed class WallClock : IDisposable
{
    private static readonly Lazy<string> Library = new(static () =>
        Directory.EnumerateDirectories("/usr/lib", "*-linux-*").Select(static folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("Debian's package libfaketime is not installed; ./test installs it."));

    private readonly string _file = Path.GetTempFileName();

    /// <param name="ahead">How far it is ahead of the computer's; behind if negative.</param>
    public WallClock(TimeSpan ahead) => Set(ahead);

    /// <summary>Moves it to so far ahead of the computer's.</summary>
    public void Set(TimeSpan ahead)
    {
        // Renamed into place, because a process may read at any moment.
        File.WriteAllText(_file + ".new", ahead.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
        File.Move(_file + ".new", _file, overwrite: true);
    }

    /// <summary>Has a process live by it.</summary>
    public void ApplyTo(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = Library.Value;
        // The variable of the same library that would win over the file.
        start.Environment.Remove("FAKETIME");
        start.Environment["FAKETIME_TIMESTAMP_FILE"] = _file;
        start.Environment["FAKETIME_NO_CACHE"] = "1";
        start.Environment["DONT_FAKE_MONOTONIC"] = "1";
        // Without this the library counts .NET's timed waits by the wrong clock: they end at once, and a core spins.
        start.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        start.Environment["NO_FAKE_STAT"] = "1";
    }

    public void Dispose() => File.Delete(_file);
}

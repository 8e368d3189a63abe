using System.Diagnostics;

namespace Parley.Cli.Terminal;

/// <summary>Tells on standard error how far long work has come: in place on a terminal, else a line every tenth.</summary>
internal sealed class Progress(string what, int total)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private long _lastAt;
    private int _lastTenth;

    public void Report(int done)
    {
        if (Console.IsErrorRedirected)
        {
            var tenth = total == 0 ? 10 : (int)(10L * done / total);
            if (tenth > _lastTenth)
            {
                _lastTenth = tenth;
                Console.Error.WriteLine($"{what}: {done:N0} of {total:N0}");
            }
        }
        else if (done == total || Stopwatch.GetElapsedTime(_lastAt) > Pause)
        {
            _lastAt = Stopwatch.GetTimestamp();
            Console.Error.Write($"\r{what}: {done:N0} of {total:N0}{(done == total ? "\n" : "")}");
        }
    }
}

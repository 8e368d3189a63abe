using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Parley.Testing;

/// <summary>
/// How long any one test of an assembly may run. A test that hangs is cancelled and fails under its own name; one that does not
/// heed its cancellation ends the whole run, which would otherwise end without a name when the runner's time is up.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestLimitAttribute(int seconds, int longSeconds) : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Timer> _running = new(StringComparer.Ordinal);

    /// <summary>The limit in seconds.</summary>
    public int Seconds => seconds;

    /// <summary>The limit in seconds of those that carry the trait <c>size=long</c>.</summary>
    public int LongSeconds => longSeconds;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        var isLong = test.Traits.TryGetValue("size", out var sizes) && sizes.Contains("long");
        var limit = TimeSpan.FromSeconds(isLong ? longSeconds : seconds);
        var context = TestContext.Current;
        _running[test.UniqueID] = new Timer(_ => End(test.TestDisplayName, limit, context), null, limit, Grace);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (_running.TryRemove(test.UniqueID, out var timer))
        {
            timer.Dispose();
        }
    }

    private static void End(string name, TimeSpan limit, ITestContext context)
    {
        if (!context.CancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine($"[LIMIT] {name}: still running after {limit.TotalSeconds:0} s, cancelled");
            context.CancelCurrentTest();
            return;
        }

        Console.Error.WriteLine($"[LIMIT] {name}: did not heed its cancellation; the run ends here");
        Environment.Exit(3);
    }
}

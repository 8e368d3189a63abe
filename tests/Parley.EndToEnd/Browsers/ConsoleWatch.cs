using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Parley.EndToEnd.Browsers;

/// <summary>Collects what a browser's pages report as errors; a test ends by asserting that there were none but those it allowed.</summary>
internal sealed class ConsoleWatch
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly List<Regex> _allowed = [];

    // Told at once too: a test that waits in vain for something to show ends before it asserts.
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public void Watch(IBrowserContext context)
    {
        context.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Note($"console: {message.Text} ({message.Location})");
            }
        };
        context.WebError += (_, error) => Note($"page: {error.Error}");
    }

    /// <summary>Errors of this shape belong to what the test does, such as stopping the hub.</summary>
    public void Allow(string pattern) => _allowed.Add(new Regex(pattern));

    public void AssertClean() => Assert.DoesNotContain(_errors, error => !_allowed.Any(pattern => pattern.IsMatch(error)));

    private void Note(string error)
    {
        _errors.Enqueue(error);
        _output?.WriteLine(error);
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parley.Testing;

/// <summary>Keeps what Parley logs, so that a test can look at it, and insist that nothing was an error: an error-level line means a bug.</summary>
public sealed class ErrorLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>What Parley's own parts said, from level information on.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Lines of level error and above, with their exceptions.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Sink(categoryName, _errors, _lines);

    /// <summary>Throws where anything was logged as an error.</summary>
    public void ThrowIfAny()
    {
        if (!_errors.IsEmpty)
        {
            throw new InvalidOperationException("Errors were logged:\n" + string.Join('\n', _errors));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Sink(string category, ConcurrentQueue<string> errors, ConcurrentQueue<string> lines) : ILogger
    {
        private readonly bool _isOurs = category.StartsWith("Parley", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= (_isOurs ? LogLevel.Information : LogLevel.Error);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArgumentNullException.ThrowIfNull(formatter);
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = $"{category}: {formatter(state, exception)} {exception}";
            if (_isOurs)
            {
                lines.Enqueue(line);
            }

            if (logLevel >= LogLevel.Error)
            {
                errors.Enqueue(line);
            }
        }
    }
}

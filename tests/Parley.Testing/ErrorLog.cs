using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parley.Testing;

/// <summary>Keeps what is logged, so that a test can insist that nothing was an error: an error-level line means a bug.</summary>
public sealed class ErrorLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>Lines of level error and above, with their exceptions.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Sink(categoryName, _errors);

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

    private sealed class Sink(string category, ConcurrentQueue<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArgumentNullException.ThrowIfNull(formatter);
            if (IsEnabled(logLevel))
            {
                errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}

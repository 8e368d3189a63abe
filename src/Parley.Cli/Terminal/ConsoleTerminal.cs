using System.Security.Cryptography;
using System.Text;

namespace Parley.Cli.Terminal;

/// <summary>The process's own console. Questions stand on standard error, so that an answer can be piped on.</summary>
internal sealed class ConsoleTerminal : ITerminal
{
    private const char EndOfInput = '\u0004';
    private const char EraseLine = '\u0015';

    private ConsoleTerminal()
    {
    }

    public static ConsoleTerminal Instance { get; } = new();

    public bool CanAsk => !Console.IsInputRedirected;

    public TextReader Input => Console.In;

    public TextWriter Output => Console.Out;

    public TextWriter Errors => Console.Error;

    // A read of the console cannot be cancelled; it is left behind, and the process ends all the same.
    public async Task<byte[]> AskSecretAsync(string question, int bytesMax, CancellationToken cancellationToken)
    {
        await Errors.WriteAsync($"{question} ");
        try
        {
            return await Task.Run(() => ReadSecret(bytesMax), cancellationToken).WaitAsync(cancellationToken);
        }
        finally
        {
            await Errors.WriteLineAsync();
        }
    }

    public async Task<string> AskLineAsync(string question, CancellationToken cancellationToken)
    {
        await Errors.WriteAsync($"{question} ");
        return await Task.Run(Input.ReadLine, cancellationToken).WaitAsync(cancellationToken) ?? "";
    }

    private static byte[] ReadSecret(int bytesMax)
    {
        // A character is at least a byte, so that what does not fit here is too long in any case.
        var typed = GC.AllocateArray<char>(bytesMax + 1, pinned: true);
        var length = 0;
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                switch (key)
                {
                    case { Key: ConsoleKey.Enter }:
                        return Encode(typed.AsSpan(0, length), bytesMax);
                    case { KeyChar: EndOfInput }:
                        return [];
                    case { KeyChar: EraseLine }:
                        length = 0;
                        break;
                    case { Key: ConsoleKey.Backspace }:
                        length -= length > 1 && char.IsLowSurrogate(typed[length - 1]) ? 2 : length > 0 ? 1 : 0;
                        break;
                    case { KeyChar: var character } when !char.IsControl(character) && length < typed.Length:
                        typed[length++] = character;
                        break;
                }
            }
        }
        finally
        {
            Array.Clear(typed);
        }
    }

    private static byte[] Encode(ReadOnlySpan<char> typed, int bytesMax)
    {
        var bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(typed), pinned: true);
        Encoding.UTF8.GetBytes(typed, bytes);
        if (bytes.Length <= bytesMax)
        {
            return bytes;
        }

        CryptographicOperations.ZeroMemory(bytes);
        throw CliException.Usage($"at most {bytesMax} bytes are taken here");
    }
}

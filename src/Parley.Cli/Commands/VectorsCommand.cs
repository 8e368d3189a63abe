using Parley.Cli.Terminal;
using Parley.Cli.Vectors;

namespace Parley.Cli.Commands;

/// <summary><c>parley vectors</c>: checks this build against published vectors.</summary>
internal static class VectorsCommand
{
    public static Command Command { get; } = new("vectors", "Runs a folder of conformance vectors against this build.", RunAsync)
    {
        Operands = [new("DIR", "a folder with one sub-folder for each suite and one JSON file for each vector")],
        Notes =
        [
            "One line for each vector, and a closing line 'N passed, N failed'. A suite that is not known is a failure.",
            "docs/protocol.md says how each suite runs.",
        ],
        ExitCodes = [ExitCode.Failed],
    };

    private static async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var folder = arguments.Operand(0)!;
        if (!Directory.Exists(folder))
        {
            throw CliException.Usage($"{folder} is no folder");
        }

        var (passed, failed) = await VectorRunner.RunAsync(folder, Console.Out);
        return failed == 0 && passed > 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}

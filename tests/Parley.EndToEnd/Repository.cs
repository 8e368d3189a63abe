using System.Reflection;

namespace Parley.EndToEnd;

/// <summary>Where things lie in the source tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "RepositoryRoot").Value!);

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);
}

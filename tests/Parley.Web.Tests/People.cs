using Parley.Ids;

namespace Parley.Web.Tests;

/// <summary>Three people with keys that only their numbers tell apart.</summary>
internal static class People
{
    public static PersonId Ada { get; } = Of(1);
    public static PersonId Grace { get; } = Of(2);
    public static PersonId Alan { get; } = Of(3);

    public static string NameOf(PersonId person) => person == Ada ? "Ada" : person == Grace ? "Grace Hopper" : "Alan";

    private static PersonId Of(byte number)
    {
        var key = new byte[32];
        Array.Fill(key, number);
        return PersonId.FromPublicKey(key);
    }
}

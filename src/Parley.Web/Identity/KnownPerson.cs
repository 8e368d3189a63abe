namespace Parley.Web.Identity;

/// <summary>Somebody met, as a row of a list.</summary>
/// <param name="Did">Who.</param>
/// <param name="Name">The name now.</param>
/// <param name="Dot">The class of the presence dot: here, idle, dnd or away.</param>
/// <param name="Self">The reader.</param>
public sealed record KnownPerson(string Did, string Name, string Dot, bool Self);

namespace Parley.Hub.Storage;

/// <summary>What the hub remembers about itself and about people. The writer's, but for the totals.</summary>
internal interface IHubLists
{
    /// <summary>What was revoked: ids of tokens, DIDs of those who sign them, and devices of a person, oldest first.</summary>
    IReadOnlyList<Revocation> Revoked();

    /// <summary>Adds to <see cref="Revoked"/>, durably; nothing where it is among them.</summary>
    /// <param name="name">The id, DID or device.</param>
    /// <param name="wallMs">When that was.</param>
    void Revoke(string name, long wallMs);

    /// <summary>Takes one out of <see cref="Revoked"/>, durably; nothing where it is not among them.</summary>
    void Unrevoke(string name);

    /// <summary>Something that the hub remembers about itself, or null.</summary>
    string? Setting(string name);

    /// <summary>Remembers it durably, or forgets it where the value is null.</summary>
    void Set(string name, string? value);

    /// <summary>Whom the hub's owner listed or banned, oldest first.</summary>
    IReadOnlyList<StoredStanding> Standings();

    /// <summary>Lists or bans a person durably, or neither where the standing is null.</summary>
    void SetStanding(string did, Standing? standing, long wallMs);

    /// <summary>What is kept of each author, the most first, at most so many. Read by anybody.</summary>
    IReadOnlyList<AuthorTotal> AuthorTotals(int limit);

    /// <summary>What is kept at home in each room, the most first, at most so many. Looks at everything; read by anybody.</summary>
    IReadOnlyList<RoomTotal> RoomTotals(int limit);
}

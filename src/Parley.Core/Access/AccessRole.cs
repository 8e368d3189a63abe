namespace Parley.Access;

/// <summary>What a seat gives, from least to most. The order is the order of rank.</summary>
public enum AccessRole
{
    /// <summary>Reads and writes as policy allows; ranks above nobody.</summary>
    Member = 1,
    /// <summary>Also grants and removes members, makes invites.</summary>
    Admin,
    /// <summary>Also grants any role, removes admins and the owners it made, sets policy.</summary>
    Owner,
}

/// <summary>The wire spellings of roles.</summary>
public static class AccessRoles
{
    /// <summary><c>member</c>, <c>admin</c> or <c>owner</c>.</summary>
    public static string Code(this AccessRole role) => role switch
    {
        AccessRole.Member => "member",
        AccessRole.Admin => "admin",
        AccessRole.Owner => "owner",
    };

    /// <summary>Takes exactly a wire spelling.</summary>
    public static bool TryParse(string? text, out AccessRole role)
    {
        role = text switch
        {
            "member" => AccessRole.Member,
            "admin" => AccessRole.Admin,
            "owner" => AccessRole.Owner,
            _ => 0,
        };
        return role != 0;
    }
}

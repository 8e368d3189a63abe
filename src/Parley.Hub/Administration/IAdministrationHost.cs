using Microsoft.AspNetCore.Http;
using Parley.Ids;

namespace Parley.Hub.Administration;

/// <summary>What the endpoints of the administration ask of a running hub.</summary>
internal interface IAdministrationHost
{
    /// <summary>True while the hub takes requests.</summary>
    bool IsReady { get; }

    /// <summary>The hub's owner, once there is one.</summary>
    PersonId? Owner { get; }

    /// <summary>Whoever shows this on the machine itself gives orders as the owner; null where nobody may.</summary>
    string? LocalSecret { get; }

    /// <summary>Carries out the owner's orders, once the hub started.</summary>
    HubAdministration Administration { get; }

    /// <summary>Who a request proves to come from; else why nobody.</summary>
    (PersonId? Person, string Why) Prove(HttpContext context);

    /// <summary>Makes a person the owner by the one-time code; false where it is not the code.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept, and nothing changed. Disconnected: the hub stops.</exception>
    Task<bool> ClaimAsync(string code, PersonId person);
}

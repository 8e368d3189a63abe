using Parley.Frames;
using Parley.Hub.Connections;
using Parley.Ids;

namespace Parley.Hub.Admission;

/// <summary>
/// Keeps the connections that stand in step with who may use the hub: a ban ends them at once, an invite leads out of the lobby, and whoever
/// loses their last space goes back into it.
/// </summary>
internal sealed class Doorkeeper(HubPeople people, ConnectionTable connections)
{
    private readonly Lock _gate = new();

    /// <summary>Why a person may not even come into the lobby, as a close frame says it; null where they may.</summary>
    public static string? WhyNot(Admittance admittance) => admittance switch
    {
        Admittance.Banned => CloseReasons.Banned,
        Admittance.Unlisted => CloseReasons.NotListed,
        _ => null,
    };

    /// <summary>Judges a connection, the first time or again. True where it went into the lobby or out of it.</summary>
    public bool Judge(HubConnection connection)
    {
        if (connection.Session.Person is not { } person)
        {
            return false;
        }

        lock (_gate)
        {
            var admittance = people.Admit(person);
            if (WhyNot(admittance) is { } why)
            {
                connection.Close(CloseCode.Denied, why);
                return false;
            }

            var isInLobby = admittance == Admittance.Lobby;
            var changed = connection.Session.IsInLobby != isInLobby;
            connection.Session.IsInLobby = isInLobby;
            return changed;
        }
    }

    /// <summary>Judges these people's connections again, or everybody's; returns those whose rights changed in every room.</summary>
    public HashSet<PersonId> Judge(IReadOnlySet<PersonId>? whom)
    {
        var changed = new HashSet<PersonId>();
        foreach (var connection in whom is null ? connections.All : whom.SelectMany(connections.Of))
        {
            if (connection.Session.Person is { } person && Judge(connection))
            {
                changed.Add(person);
            }
        }

        return changed;
    }

    /// <summary>True where memberships decide about anybody's coming in.</summary>
    public bool LooksAtMemberships => people.Mode == AdmissionMode.InviteOnly;
}

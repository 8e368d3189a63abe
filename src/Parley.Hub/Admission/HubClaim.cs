using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Hub.Storage;
using Parley.Ids;

namespace Parley.Hub.Admission;

/// <summary>
/// The one-time code by which a person becomes the hub's owner. It follows from the hub's key and a number in the database, so neither
/// the database nor a backup of it tells the code, and every start can print it again until somebody used it.
/// </summary>
internal sealed class HubClaim
{
    private const string Setting = "claim";
    private const int NumberBytes = 16;

    private readonly IHubStore _store;
    private readonly StoreTurn _turn;
    private readonly HubKey _key;
    private readonly HubPeople _people;
    private volatile string? _code;

    /// <summary>Makes a code where the hub has neither an owner nor a code, in the writer's turn.</summary>
    public HubClaim(IHubStore store, StoreTurn turn, HubKey key, HubPeople people)
    {
        _store = store;
        _turn = turn;
        _key = key;
        _people = people;
        if (store.Setting(Setting) is { } number)
        {
            _code = CodeOf(number);
        }
        else if (people.Owner is null)
        {
            Renew();
        }
    }

    /// <summary>The code, until it was used; 22 characters.</summary>
    public string? Code => _code;

    /// <summary>Makes a new code: the next who uses it is the owner. Until then the owner stays.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public Task ResetAsync() => _turn(Renew);

    /// <summary>Makes a person the owner; false where this is not the code, or somebody used it.</summary>
    /// <exception cref="ParleyException">Storage: it could not be kept. Disconnected: the hub stops.</exception>
    public async Task<bool> UseAsync(string code, PersonId person)
    {
        var isUsed = false;
        await _turn(() =>
        {
            if (_code is { } open && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(open), Encoding.UTF8.GetBytes(code)))
            {
                _people.BecomeOwner(person);
                _store.Set(Setting, null);
                _code = null;
                isUsed = true;
            }
        }).ConfigureAwait(false);
        return isUsed;
    }

    private void Renew()
    {
        var number = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NumberBytes));
        _store.Set(Setting, number);
        _code = CodeOf(number);
    }

    private string CodeOf(string number) => Base64Url.EncodeToString(_key.Derive("claim " + number, 16));
}
